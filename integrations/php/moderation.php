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
 * - An attempt ends after a few seconds; it is repeated once, with the same Idempotency-Key, so nothing is sent twice.
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
        if ($key === '' || preg_match('/[\r\n]/', $key)) {
            throw new InvalidArgumentException('the key of the site is missing or has a line break');
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
        $headers = ["Authorization: Bearer $this->key", 'Content-Type: application/json', "Idempotency-Key: $mark"];
        $context = stream_context_create(['http' => [
            'method' => 'POST',
            'header' => implode("\r\n", $headers),
            'content' => $body,
            'timeout' => $this->seconds,
            'ignore_errors' => true,
            'follow_location' => 0,
        ]]);
        $stream = @fopen($this->url . '/api/v1/comments', 'rb', false, $context);
        if ($stream === false) {
            return null;
        }
        stream_set_timeout($stream, (int) ceil($this->seconds));
        $answer = json_decode((string) stream_get_contents($stream, 1048576), true);
        $head = stream_get_meta_data($stream);
        fclose($stream);
        preg_match('/^HTTP\/\S+ (\d{3})/', $head['wrapper_data'][0] ?? '', $found);
        return $this->understand((int) ($found[1] ?? 0), $head['timed_out'] ? null : $answer);
    }

    /** @param mixed $answer */
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
