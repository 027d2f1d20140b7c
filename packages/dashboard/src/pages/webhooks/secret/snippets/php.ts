export const php = `<?php
// php -S 0.0.0.0:3000 webhook.php
$body = file_get_contents('php://input');

$expected = hash_hmac('sha256', $body, getenv('WEBHOOK_SECRET'));
$received = $_SERVER['HTTP_X_SYDX_SIGNATURE'] ?? '';
if (!hash_equals($expected, $received)) {
    http_response_code(401);
    exit('Invalid signature');
}

$payload = json_decode($body, true);
error_log($payload['event']); // Hand slow work to a queue.
echo 'ok';
`;
