"""The service: the page and the API around one Reader.

    request -> telemetry  id, log line, metrics; an unforeseen error becomes a problem
            -> headers    what a browser is told to refuse
            -> intake     rate, size and time of what a client sends
            -> routes     a module for each subject
            -> uploads    body -> what the engine can read, checked
            -> engine     whatever waits is decoded and read together, on threads of its own

Every answer that is no success is a problem: RFC 9457, listed in ``problems``. ``create_app`` in ``app`` puts
it all together.
"""
