<?php
/**
 * Plugin Name: KIS Cooperations
 * Description: Shows a list of cooperations from a kis-wagtail site: [kis_cooperations locale="sk"]
 * Version: 1.0
 * Requires PHP: 7.4
 * License: BSD-3-Clause
 *
 * Put this file into wp-content/plugins and set KIS_COOPERATIONS_SITE in wp-config.php. The server
 * fetches the list, so that the readers' browsers ask nobody but this site.
 */

if ( ! defined( 'ABSPATH' ) ) {
	exit;
}

/**
 * The list of cooperations as HTML, from the cache or fresh.
 *
 * What was fetched is used for five minutes. If the other site doesn't answer, nothing is shown: an
 * old copy could name someone who has withdrawn their consent.
 */
function kis_cooperations( $attributes ) {
	$wanted = shortcode_atts( array( 'locale' => 'de' ), $attributes );
	$locale = preg_replace( '/[^a-zA-Z-]/', '', $wanted['locale'] );
	$key    = 'kis_cooperations_' . $locale;
	$html   = get_transient( $key );
	if ( false === $html ) {
		$url      = rtrim( KIS_COOPERATIONS_SITE, '/' ) . '/embed/cooperations/?locale=' . $locale;
		$response = wp_remote_get( $url, array( 'timeout' => 5 ) );
		if ( is_wp_error( $response ) || 200 !== wp_remote_retrieve_response_code( $response ) ) {
			return '';
		}
		$html = wp_remote_retrieve_body( $response );
		set_transient( $key, $html, 300 );
	}
	$allowed            = wp_kses_allowed_html( 'post' );
	$allowed['section'] = array( 'class' => true, 'lang' => true, 'aria-label' => true );
	return wp_kses( $html, $allowed );
}

add_shortcode( 'kis_cooperations', 'kis_cooperations' );
