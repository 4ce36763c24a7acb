"""HTTP: translate a request into a question, and a reply into a response.

No decision about answering is taken here.  `create_app` receives everything it needs;
bootstrap.py is the only module that builds those things.
"""

from assistant.api.app import create_app

__all__ = ["create_app"]
