// Draws the mathematics of a page. What KaTeX cannot draw stays on the page as its source.
document.addEventListener("DOMContentLoaded", () => {
    const options = {
        delimiters: [
            { left: "$$", right: "$$", display: true },
            { left: "$", right: "$", display: false },
        ],
        throwOnError: false,
        trust: false,
        maxExpand: 200,
        maxSize: 20,
    };
    for (const element of document.querySelectorAll(".prose-math")) {
        try {
            renderMathInElement(element, options);
        } catch {
            // Nesting beyond the browser's stack: the source is still there to read.
        }
    }
    for (const element of document.querySelectorAll(".formula")) {
        const source = element.textContent;
        try {
            katex.render(`\\displaystyle ${source}`, element, { ...options, throwOnError: true });
        } catch {
            element.textContent = source;
        }
    }
});
