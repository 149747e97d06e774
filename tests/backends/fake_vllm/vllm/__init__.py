"""A stand-in for vLLM, its server and its engine: it knows one model, which repeats the question.

The variable FAKE_VLLM makes it misbehave: `dies`, `hangs` (is never ready), `stays` (and ignores SIGTERM),
and for the engine `breaks` (is dead at the first question).
"""
