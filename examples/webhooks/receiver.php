<?php
/*
 * Takes webhooks of a kis-wagtail site (Standard Webhooks 1.0).
 *
 * Set the environment variable KIS_SECRET to the secret that the site has shown, whsec_..., and fill
 * in changed(). A webhook says that something has changed, and never what: read the feed from where
 * you were. So it doesn't matter whether one comes twice, late or not at all.
 */

declare(strict_types=1);

const TOLERANCE = 300; // seconds that the clocks of both sites may differ

function is_genuine(string $secret, string $body, array $server): bool
{
    $id = $server['HTTP_WEBHOOK_ID'] ?? '';
    $timestamp = $server['HTTP_WEBHOOK_TIMESTAMP'] ?? '';
    if ($id === '' || !ctype_digit($timestamp) || abs(time() - (int) $timestamp) > TOLERANCE) {
        return false;
    }
    $key = base64_decode(preg_replace('/^whsec_/', '', $secret), true);
    if ($key === false || $key === '') {
        return false;
    }
    $signature = base64_encode(hash_hmac('sha256', "$id.$timestamp.$body", $key, true));
    // Several while the secret is being changed.
    foreach (explode(' ', $server['HTTP_WEBHOOK_SIGNATURE'] ?? '') as $one) {
        if (hash_equals("v1,$signature", $one)) {
            return true;
        }
    }
    return false;
}

function changed(array $message): void
{
    // Here: empty what you keep of the site, or start your import.
    touch(getenv('KIS_CHANGED') ?: sys_get_temp_dir() . '/kis-changed');
}

$body = (string) file_get_contents('php://input', false, null, 0, 65536);
if (($_SERVER['REQUEST_METHOD'] ?? '') !== 'POST') {
    http_response_code(405);
} elseif (!is_genuine((string) getenv('KIS_SECRET'), $body, $_SERVER)) {
    http_response_code(401);
} else {
    changed((array) json_decode($body, true));
    http_response_code(204);
}
