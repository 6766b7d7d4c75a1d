/**
 * Variational Walkback (Goyal, Ke, Ganguli, Bengio, NIPS 2017): a stochastic transition operator,
 * learned by walking away from data at rising temperature and making each reverse step likely.
 */
package dev.lockstep.walkback;
