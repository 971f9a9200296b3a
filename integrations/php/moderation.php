<?php
/**
 * Send readers' comments to moderation from a PHP site. One file, no libraries; needs PHP 7.4 or newer.
 *
 *     require 'moderation.php';
 *     $moderation = new Moderation('https://moderation.example.org', getenv('MODERATION_KEY'), '/var/lib/site/spool');
 *     $outcome = $moderation->send($comment);     // the body of POST /api/v1/comments, as an array
 *     if ($outcome['status'] === 'published') { ... }
 *     // a timer, every minute:  php -r 'require "moderation.php"; (new Moderation(...))->resend();'
 *
 * What this file decides
 * - An attempt ends after a few seconds as a whole, however slowly bytes come. It is repeated once, with the same
 *   Idempotency-Key, so nothing is sent twice.
 * - When the service cannot be reached the comment is kept in a folder and answered as `held`: it must not be shown. `resend`
 *   sends it later, again under its first key, and gives the outcome to your function.
 * - A comment with faults (422) is the reader's to mend: it is answered as `invalid` with the faults, and never kept.
 */

declare(strict_types=1);

final class Moderation
{
    private string $url;
    private string $key;
    private string $spool;
    private float $seconds;

    public function __construct(string $url, string $key, string $spool, float $seconds = 3.0)
    {
        if ($key === '' || preg_match('/[\r\n]/', $key) || !preg_match('~^https?://[^/\s]+~', $url)) {
            throw new InvalidArgumentException('the address is no web address, or the key is missing or has a line break');
        }
        if (!is_dir($spool) && !mkdir($spool, 0700, true) && !is_dir($spool)) {
            throw new RuntimeException("the spool folder cannot be made: $spool");
        }
        [$this->url, $this->key, $this->spool, $this->seconds] = [rtrim($url, '/'), $key, $spool, $seconds];
    }

    /** What became of a comment: at least `status`, and `id` once the service has it. */
    public function send(array $comment): array
    {
        $mark = bin2hex(random_bytes(16));
        $flags = JSON_UNESCAPED_UNICODE | JSON_INVALID_UTF8_SUBSTITUTE | JSON_THROW_ON_ERROR;
        $body = json_encode($comment, $flags);
        return $this->attempt($body, $mark) ?? $this->attempt($body, $mark) ?? $this->keep($body, $mark);
    }

    /** Send what was kept, the oldest first; stops at the first failure. How many were sent. */
    public function resend(?callable $tell = null): int
    {
        $lock = fopen($this->spool . '/lock', 'c');
        if ($lock === false || !flock($lock, LOCK_EX | LOCK_NB)) {
            return 0; // another run is at it
        }
        $sent = 0;
        $files = glob($this->spool . '/*.json') ?: [];
        sort($files);
        foreach ($files as $file) {
            $body = (string) file_get_contents($file);
            $mark = explode('-', basename($file, '.json'))[1];
            $outcome = $this->attempt($body, $mark);
            if ($outcome === null) {
                break;
            }
            if ($tell !== null) {
                $tell(json_decode($body, true), $outcome);
            }
            unlink($file);
            $sent++;
        }
        flock($lock, LOCK_UN);
        return $sent;
    }

    /** One attempt; null means: not reached, or not now. */
    private function attempt(string $body, string $mark): ?array
    {
        $at = parse_url($this->url) + ['path' => ''];
        [$wire, $port] = $at['scheme'] === 'https' ? ['ssl', 443] : ['tcp', 80];
        $end = microtime(true) + $this->seconds;
        $stream = @stream_socket_client("$wire://{$at['host']}:" . ($at['port'] ?? $port), $code, $why, $this->seconds);
        if ($stream === false) {
            return null;
        }
        $host = $at['host'] . (isset($at['port']) ? ":{$at['port']}" : '');
        $answer = $this->exchange($stream, implode("\r\n", [
            "POST {$at['path']}/api/v1/comments HTTP/1.1", "Host: $host", "Authorization: Bearer $this->key",
            "Idempotency-Key: $mark", 'Content-Type: application/json', 'Content-Length: ' . strlen($body),
            'Connection: close', '', $body,
        ]), $end);
        fclose($stream);
        [$head, $told] = explode("\r\n\r\n", $answer, 2) + ['', ''];
        $chunked = preg_match('/^transfer-encoding:\s*chunked/mi', $head) === 1;
        preg_match('/^HTTP\/\S+ (\d{3})/', $head, $found);
        return $this->understand((int) ($found[1] ?? 0), json_decode($chunked ? self::dechunk($told) : $told, true));
    }

    /** Everything that comes until the end; a socket's own time-out is for each read, and a dripping answer outlives it. */
    private function exchange($stream, string $request, float $end): string
    {
        stream_set_blocking($stream, false);
        [$answer, $none] = ['', null];
        while (!feof($stream) && strlen($answer) < 1048576 && ($left = $end - microtime(true)) > 0) {
            [$read, $write] = [[$stream], $request === '' ? [] : [$stream]];
            @stream_select($read, $write, $none, (int) $left, (int) (fmod($left, 1) * 1e6));
            $request = $write ? (string) substr($request, (int) @fwrite($stream, $request)) : $request;
            $answer .= $read ? (string) @fread($stream, 65536) : '';
        }
        return $answer;
    }

    private static function dechunk(string $told): string
    {
        $whole = '';
        while (preg_match('/^([0-9a-f]+)[^\r\n]*\r\n/i', $told, $size) && hexdec($size[1]) > 0) {
            $whole .= substr($told, strlen($size[0]), (int) hexdec($size[1]));
            $told = (string) substr($told, strlen($size[0]) + (int) hexdec($size[1]) + 2);
        }
        return $whole;
    }

    private function understand(int $code, $answer): ?array
    {
        if (is_array($answer) && in_array($code, [200, 201], true) && isset($answer['status'])) {
            return $answer;
        }
        if ($code === 422 && is_array($answer) && isset($answer['errors'])) {
            return ['status' => 'invalid', 'errors' => $answer['errors']];
        }
        if (in_array($code, [400, 413, 415], true)) {
            return ['status' => 'invalid', 'errors' => [['message' => $answer['detail'] ?? "refused with $code"]]];
        }
        return null; // 401, 409 in flight, 429, 5xx, or no answer: later
    }

    private function keep(string $body, string $mark): array
    {
        // The name sorts by time; the file appears whole or not at all, readable by its owner alone.
        $name = sprintf('%s/%017.6f-%s', $this->spool, microtime(true), $mark);
        $umask = umask(0077);
        $kept = file_put_contents("$name.part", $body) === strlen($body) && rename("$name.part", "$name.json");
        umask($umask);
        if (!$kept) {
            throw new RuntimeException("the comment can be neither sent nor kept in $this->spool");
        }
        return ['status' => 'held', 'kept' => true];
    }
}
