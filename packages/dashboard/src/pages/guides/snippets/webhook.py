import hashlib
import hmac
import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECRET = os.environ["WEBHOOK_SECRET"].encode()


def is_valid(body: bytes, signature: str) -> bool:
    expected = hmac.new(SECRET, body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.encode())


class Webhook(BaseHTTPRequestHandler):
    def do_POST(self):
        # The raw bytes. Flask: request.get_data(), Django: request.body.
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        valid = is_valid(body, self.headers.get("X-Sydx-Signature", ""))
        self.send_response(200 if valid else 401)
        self.end_headers()
        if valid:
            event = json.loads(body)
            print(event["event"], event["data"], flush=True)


port = int(os.environ.get("PORT", "3000"))
ThreadingHTTPServer(("", port), Webhook).serve_forever()
