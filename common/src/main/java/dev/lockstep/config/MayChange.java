package dev.lockstep.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A setting, or a section of settings, that a run which goes on may have otherwise than it was
 * begun with: it decides how long training lasts or what is done with a trained run, not what is
 * learned.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
@interface MayChange {}
