"""The PHP that others paste into their sites, linted and run against the server.

The functions of WordPress and TYPO3 that it calls are stood in for by a few lines each, which fetch
over HTTP like the real ones.
"""

import re
import shutil
import subprocess

import pytest

from tests.e2e.conftest import ROOT
from tests.languages import LANGUAGES

PHP = shutil.which("php")
PLUGIN = ROOT / "examples/wordpress/kis-cooperations.php"

pytestmark = pytest.mark.skipif(not PHP, reason="there is no php: apt-get install php-cli")

WORDPRESS = """<?php
error_reporting(E_ALL);
set_error_handler(function ($no, $text) {
    if (error_reporting() & $no) { throw new ErrorException($text); }
});
define('ABSPATH', '/'); define('KIS_COOPERATIONS_SITE', $argv[1]);
$stored = []; $fetched = 0; $shortcodes = [];
function shortcode_atts($pairs, $given) { return array_merge($pairs, (array) $given); }
function get_transient($key) { global $stored; return $stored[$key][0] ?? false; }
function set_transient($key, $value, $time) { global $stored; $stored[$key] = [$value, $time]; }
function add_shortcode($name, $function) { global $shortcodes; $shortcodes[$name] = $function; }
function wp_kses_allowed_html($context) { return array_fill_keys(['ul', 'li', 'a', 'p'], []); }
function wp_kses($html, $allowed) { return strip_tags($html, array_keys($allowed)); }
function is_wp_error($response) { return $response === null; }
function wp_remote_retrieve_response_code($response) { return $response[0]; }
function wp_remote_retrieve_body($response) { return $response[1]; }
function wp_remote_get($url, $options) {
    global $fetched; $fetched++;
    $context = stream_context_create(['http' => ['ignore_errors' => true]]);
    $body = @file_get_contents($url, false, $context);
    return $body === false ? null : [(int) explode(' ', $http_response_header[0])[1], $body];
}
require $argv[2];
$show = $shortcodes['kis_cooperations'];
$html = $show(['locale' => $argv[3]]);
echo $show(['locale' => $argv[3]]) === $html ? $html : 'differs';
fwrite(STDERR, "$fetched " . json_encode(array_column($stored, 1)));
"""

TYPO3 = """<?php
namespace TYPO3\\CMS\\Core\\Http {
    class Response {
        public function __construct(private int $status, private string $body) {}
        public function getStatusCode(): int { return $this->status; }
        public function getBody(): string { return $this->body; }
    }
    class RequestFactory {
        public function request(string $url, string $method, array $options): Response {
            $context = stream_context_create(['http' => ['ignore_errors' => true]]);
            $body = @file_get_contents($url, false, $context);
            if ($body === false) { throw new \\RuntimeException('no answer'); }
            return new Response((int) explode(' ', $http_response_header[0])[1], $body);
        }
    }
}
namespace {
    require $argv[2];
    $class = new Example\\Site\\Cooperations(new TYPO3\\CMS\\Core\\Http\\RequestFactory());
    echo $class->render('', ['site' => $argv[1], 'locale' => $argv[3]]);
}
"""


@pytest.fixture
def typo3_class(tmp_path):
    """The class from the documentation as a file."""
    text = (ROOT / "docs/consumers.md").read_text("utf-8")
    [code] = re.findall(r"```php\n(.*?)```", text, re.S)
    path = tmp_path / "Cooperations.php"
    path.write_text(code, "utf-8")
    return path


def php(*arguments):
    done = subprocess.run([PHP, *map(str, arguments)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def test_the_php_is_correct(typo3_class):
    for path in (PLUGIN, typo3_class):
        assert "No syntax errors" in php("-l", path).stdout


@pytest.fixture
def run(server, tmp_path):
    """Runs PHP around a file, against the server or another address."""

    def run(around, path, locale, site=server):
        runner = tmp_path / "run.php"
        runner.write_text(around, "utf-8")
        return php(runner, site, path, locale)

    return run


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_wordpress_plugin_shows_the_list(run, addresses, language):
    done = run(WORDPRESS, PLUGIN, language)
    assert done.stdout.startswith(f'<section class="kis-cooperations" lang="{language}"')
    links = re.findall(r'<a href="([^"]+)"', done.stdout)
    assert len(links) == 10 and set(links) <= set(addresses[language])
    assert done.stderr == "1 [300]"


def test_the_wordpress_plugin_shows_nothing_rather_than_an_error(run):
    assert run(WORDPRESS, PLUGIN, "xx").stdout == ""
    assert run(WORDPRESS, PLUGIN, "de", site="http://127.0.0.1:9").stdout == ""
    assert run(WORDPRESS, PLUGIN, "d&e").stdout.startswith("<section")


def test_the_typo3_class_shows_the_list(run, typo3_class, addresses):
    done = run(TYPO3, typo3_class, "lv")
    links = re.findall(r'<a href="([^"]+)"', done.stdout)
    assert len(links) == 10 and set(links) <= set(addresses["lv"])
    assert run(TYPO3, typo3_class, "xx").stdout == ""
    assert run(TYPO3, typo3_class, "de", site="http://127.0.0.1:9").stdout == ""
