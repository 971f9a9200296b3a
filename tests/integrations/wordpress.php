<?php
// The functions of WordPress that the plugin calls, as small as they can be; requests go out for real. A test pipes in a list
// of steps and gets what came of each.

$hooks = $comments = $meta = $scheduled = [];
function add_filter($name, $do, $priority = 10, $count = 1) { global $hooks; $hooks[$name][] = [$do, $count]; }
function add_action($name, $do, $priority = 10, $count = 1) { add_filter($name, $do, $priority, $count); }
function apply_filters($name, $value, ...$more) {
    global $hooks;
    foreach ($hooks[$name] ?? [] as [$do, $count]) { $value = $do(...array_slice([$value, ...$more], 0, $count)); }
    return $value;
}
function do_action($name, ...$given) { apply_filters($name, ...($given ?: [null])); }
class WP_Error {
    public function __construct(public string $code = '', public string $message = '', public $data = null) {}
}
class WP_REST_Request {
    public function __construct(private array $headers, private string $body) {}
    public function get_header($name) { return $this->headers[$name] ?? null; }
    public function get_body() { return $this->body; }
}
class WP_REST_Response {
    public function __construct(public $data, public int $status) {}
}
function is_wp_error($thing) { return $thing instanceof WP_Error; }
function esc_html__($text) { return htmlspecialchars($text); }
function wp_slash($value) { return addslashes($value); }
function wp_unslash($value) { return is_array($value) ? array_map('wp_unslash', $value) : (is_string($value) ? stripslashes($value) : $value); }
function get_permalink($post) { return "https://news.example/?p=$post"; }
function get_the_title($post) { return "Article $post"; }
function wp_schedule_single_event($at, $hook) { global $scheduled; $scheduled[] = $hook; }
function register_rest_route($space, $path, $route) { global $routes; $routes["$space$path"] = $route; }
function add_comment_meta($id, $name, $value, $unique = false) { global $meta; $meta[$id][$name] ??= stripslashes($value); }
function get_comment_meta($id, $name, $single) { global $meta; return $meta[$id][$name] ?? ''; }
function delete_comment_meta($id, $name) { global $meta; unset($meta[$id][$name]); }
function wp_set_comment_status($id, $status) { global $comments; $comments[$id]->comment_approved = ['approve' => '1', 'hold' => '0'][$status] ?? $status; }
function get_comments($query) {
    global $comments, $meta;
    $fits = fn ($one) => isset($meta[$one->comment_ID][$query['meta_key']])
        && (!isset($query['meta_value']) || $meta[$one->comment_ID][$query['meta_key']] === $query['meta_value']);
    return array_slice(array_values(array_filter($comments, $fits)), 0, $query['number']);
}
function wp_remote_request($url, $args) {
    $short = apply_filters('pre_http_request', false, $args, $url);
    if ($short !== false) { return $short; }
    $lines = [];
    foreach ($args['headers'] ?? [] as $name => $value) { $lines[] = "$name: $value"; }
    $context = stream_context_create(['http' => [
        'method' => $args['method'] ?? 'POST', 'header' => $lines, 'content' => $args['body'] ?? '', 'timeout' => $args['timeout'],
        'ignore_errors' => true, 'follow_location' => $args['redirection'] ? 1 : 0,
    ]]);
    $body = @file_get_contents($url, false, $context);
    if ($body === false) { return new WP_Error('http_request_failed', 'not reached'); }
    return ['body' => $body, 'code' => (int) explode(' ', $http_response_header[0])[1]];
}
function wp_remote_post($url, $args) { return wp_remote_request($url, ['method' => 'POST'] + $args); }
function wp_remote_retrieve_response_code($response) { return is_wp_error($response) ? '' : $response['code']; }
function wp_remote_retrieve_body($response) { return is_wp_error($response) ? '' : $response['body']; }

/** WordPress stores a comment: what a plugin may say about it, then the comment, then the word that it is there. */
function comment(array $step): array {
    global $comments, $meta;
    $_POST = empty($step['accepted']) ? [] : ['moderation_accept' => '1'];
    $data = array_map('wp_slash', array_filter($step, 'is_string')) + [
        'comment_post_ID' => 7, 'comment_author' => 'Asha Rao', 'comment_author_email' => 'asha.rao@example.org', 'comment_author_url' => '',
        'comment_author_IP' => '203.0.113.9', 'comment_agent' => 'Mozilla/5.0', 'comment_type' => 'comment', 'comment_parent' => 0,
    ];
    $approved = apply_filters('pre_comment_approved', $step['wordpress'] ?? 1, $data);
    if (is_wp_error($approved)) { return ['error' => $approved->message, 'status' => $approved->data]; }
    $id = count($comments) + 1;
    $comments[$id] = (object) ['comment_ID' => $id, 'comment_approved' => (string) $approved];
    do_action('comment_post', $id);
    return ['id' => $id, 'approved' => (string) $approved, 'meta' => $meta[$id] ?? []];
}

[, $plugin, $settings] = $argv;
foreach (json_decode($settings, true) as $name => $value) { define($name, $value); }
require $plugin;
do_action('rest_api_init');
while (($line = fgets(STDIN)) !== false) {
    $step = json_decode($line, true);
    $comments_now = fn () => array_map(fn ($one) => $one->comment_approved, array_values($comments));
    $told = match ($step['do']) {
        'comment' => comment($step),
        'approve' => (function () use ($step) { wp_set_comment_status($step['id'], $step['status']); return true; })(),
        'cron' => (function () use ($comments_now) { global $scheduled; $had = $scheduled; $scheduled = []; do_action('moderation_resend'); return ['had' => $had, 'next' => $scheduled, 'approved' => $comments_now()]; })(),
        'hook' => (function () use ($step, $comments_now) { global $routes; $answer = $routes['moderation/v1/hook']['callback'](new WP_REST_Request($step['headers'], $step['body'])); return ['status' => $answer->status, 'approved' => $comments_now()]; })(),
        'akismet' => (function () use ($step) { eval('class Akismet {}'); return wp_remote_post($step['url'], ['timeout' => 10, 'redirection' => 5, 'headers' => ['Content-Type' => 'application/x-www-form-urlencoded', 'Host' => 'rest.akismet.com'], 'body' => $step['body']]); })(),
        'filter' => apply_filters($step['name'], $step['value']),
    };
    echo json_encode($told), "\n";
}
