export const python = `# python3 server.py
import hashlib
import hmac
import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECRET = os.environ["WEBHOOK_SECRET"].encode()


class Webhook(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))

        expected = hmac.new(SECRET, body, hashlib.sha256).hexdigest()
        received = self.headers.get("X-Sydx-Signature", "")
        is_valid = hmac.compare_digest(expected.encode(), received.encode())

        self.send_response(200 if is_valid else 401)
        self.end_headers()
        if is_valid:  # Answered already: work afterwards.
            payload = json.loads(body)
            print(payload["event"], payload["data"], flush=True)


ThreadingHTTPServer(("", 3000), Webhook).serve_forever()
`;
