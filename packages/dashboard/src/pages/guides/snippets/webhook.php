<?php
$secret = getenv('WEBHOOK_SECRET');
$body = file_get_contents('php://input');
$signature = $_SERVER['HTTP_X_SYDX_SIGNATURE'] ?? '';

if (!$secret || !hash_equals(hash_hmac('sha256', $body, $secret), $signature)) {
    http_response_code(401);
    exit('Invalid signature');
}

$event = json_decode($body, true);
error_log($event['event'] . ' ' . json_encode($event['data']));

http_response_code(200);
echo '{"received":true}';
