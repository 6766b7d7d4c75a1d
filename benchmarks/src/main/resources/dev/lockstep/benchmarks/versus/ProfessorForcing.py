# The Professor Forcing step as a PyTorch user would write it, and a tuned one, in TorchScript: libtorch
# runs the operations of eager PyTorch, with autograd, and spends no time in Python.
# T steps, N sequences, H hidden units, V symbols, D width of the discriminator.
class ProfessorForcing(Module):
  __parameters__ = []
  __buffers__ = []

  # g: W_ih [3H, V+1], W_hh [3H, H], b_ih, b_hh [3H], W_out [V, H], b_out [V].
  # d: the same four of the forward and of the backward GRU, then weight and bias of four affine layers.
  # Each with Adam's moments and counts of updates. Both gradients are made before either update.
  def step(self: __torch__.ProfessorForcing,
      g: List[Tensor], g_mean: List[Tensor], g_square: List[Tensor], g_count: List[Tensor],
      d: List[Tensor], d_mean: List[Tensor], d_square: List[Tensor], d_count: List[Tensor],
      tokens: Tensor, uniforms: Tensor, g_rate: Tensor, d_rate: Tensor, tuned: Tensor) -> Tensor:
    if bool(tuned):
      g_gradient, d_gradient, losses, = (self).tuned_gradients(g, d, tokens, uniforms)
    else:
      g_gradient, d_gradient, losses, = (self).plain_gradients(g, d, tokens, uniforms)
    (self).adam(g, g_gradient, g_mean, g_square, g_count, float(g_rate))
    (self).adam(d, d_gradient, d_mean, d_square, d_count, float(d_rate))
    return losses

  # The equations in the order in which they are written: sample without gradients, run both modes
  # through the fused GRU, train the discriminator on what they did, then score again for the generator.
  def plain_gradients(self: __torch__.ProfessorForcing, g: List[Tensor], d: List[Tensor],
      tokens: Tensor, uniforms: Tensor) -> Tuple[List[Tensor], List[Tensor], Tensor]:
    n = torch.size(tokens, 1)
    drawn = (self).generate((self).detached(g), uniforms)
    hidden = (self).hidden(g, torch.cat([tokens, drawn], 1))
    nll, behaviour, = (self).outputs(g, hidden, tokens)

    scores = (self).score(d, torch.detach(behaviour))
    tf = torch.slice(scores, 0, 0, n, 1)
    fr = torch.slice(scores, 0, n, 2 * n, 1)
    c_d = (self).telling_apart(tf, fr)
    d_gradient = (self).gradient(c_d, d, False)

    # Frozen: no time goes into gradients of its parameters.
    free_running = (self).score((self).detached(d), torch.slice(behaviour, 1, n, 2 * n, 1))
    c_f = torch.mean(torch.softplus(torch.neg(free_running)))
    g_gradient = (self).gradient(torch.add(c_f, nll, alpha=torch.size(tokens, 0)), g, False)
    return (g_gradient, d_gradient, (self).losses(nll, c_d, c_f, tf, fr))

  # What can be spared without leaving autograd: samples come from the pass that is trained on, and
  # one pass over the free-running rows serves the discriminator's gradient and the generator's.
  def tuned_gradients(self: __torch__.ProfessorForcing, g: List[Tensor], d: List[Tensor],
      tokens: Tensor, uniforms: Tensor) -> Tuple[List[Tensor], List[Tensor], Tensor]:
    n = torch.size(tokens, 1)
    hidden = (self).both_modes(g, tokens, uniforms)
    nll, behaviour, = (self).outputs(g, hidden, tokens)

    tf = (self).score(d, torch.detach(torch.slice(behaviour, 1, 0, n, 1)))
    fr = (self).score(d, torch.slice(behaviour, 1, n, 2 * n, 1))
    c_d = (self).telling_apart(tf, fr)
    c_f = torch.mean(torch.softplus(torch.neg(fr)))
    d_gradient = (self).gradient(c_d, d, True)
    g_gradient = (self).gradient(torch.add(c_f, nll, alpha=torch.size(tokens, 0)), g, False)
    return (g_gradient, d_gradient, (self).losses(nll, c_d, c_f, tf, fr))

  # The hidden states [T, 2N, H] at which the symbols [T, 2N] were given: the start symbol is read first.
  def hidden(self: __torch__.ProfessorForcing, g: List[Tensor], given: Tensor) -> Tensor:
    rows = torch.size(given, 1)
    symbols = torch.size(g[4], 0)
    first = torch.full([1, rows], symbols, dtype=4)
    read = torch.cat([first, torch.slice(given, 0, 0, -1, 1)])
    one_hot = torch.to(torch.one_hot(read, symbols + 1), 6)
    h = torch.zeros([1, rows, torch.size(g[1], 1)])
    states, last, = torch.gru(one_hot, h, torch.slice(g, 0, 4, 1), True, 1, 0., True, False, False)
    return states

  # NLL of the first N rows, and the behaviour [T, 2N, H+V].
  def outputs(self: __torch__.ProfessorForcing,
      g: List[Tensor], hidden: Tensor, tokens: Tensor) -> Tuple[Tensor, Tensor]:
    logits = torch.linear(hidden, g[4], g[5])
    forced = torch.slice(logits, 1, 0, torch.size(tokens, 1), 1)
    forced = torch.reshape(forced, [-1, torch.size(logits, 2)])
    nll = torch.cross_entropy_loss(forced, torch.reshape(tokens, [-1]))
    return (nll, torch.cat([hidden, torch.softmax(logits, 2)], 2))

  def telling_apart(self: __torch__.ProfessorForcing, tf: Tensor, fr: Tensor) -> Tensor:
    return torch.add(torch.mean(torch.softplus(torch.neg(tf))), torch.mean(torch.softplus(fr)))

  # NLL, C_d, C_f, C_t and the discriminator's accuracy.
  def losses(self: __torch__.ProfessorForcing,
      nll: Tensor, c_d: Tensor, c_f: Tensor, tf: Tensor, fr: Tensor) -> Tensor:
    c_t = torch.mean(torch.softplus(tf))
    right = torch.cat([torch.gt(tf, 0), torch.lt(fr, 0)])
    return torch.detach(torch.stack([nll, c_d, c_f, c_t, torch.mean(torch.to(right, 6))]))

  # The hidden states [T, 2N, H] of N teacher-forced and N free-running rows side by side.
  def both_modes(self: __torch__.ProfessorForcing,
      g: List[Tensor], tokens: Tensor, uniforms: Tensor) -> Tensor:
    n = torch.size(tokens, 1)
    symbols = torch.size(g[4], 0)
    w_out = torch.detach(g[4])
    b_out = torch.detach(g[5])
    one_hot = torch.eye(symbols + 1)
    h = torch.zeros([2 * n, torch.size(g[1], 1)])
    read = torch.full([2 * n], symbols, dtype=4)
    states : List[Tensor] = []
    for t in range(torch.size(tokens, 0)):
      h = torch.gru_cell(torch.index_select(one_hot, 0, read), h, g[0], g[1], g[2], g[3])
      _0 = torch.append(states, h)
      free = torch.slice(torch.detach(h), 0, n, 2 * n, 1)
      read = torch.cat([tokens[t], (self).draw(free, w_out, b_out, uniforms[t])])
    return torch.stack(states)

  # Free-running generation without gradients: symbols [T, N].
  def generate(self: __torch__.ProfessorForcing, g: List[Tensor], uniforms: Tensor) -> Tensor:
    n = torch.size(uniforms, 1)
    symbols = torch.size(g[4], 0)
    one_hot = torch.eye(symbols + 1)
    h = torch.zeros([n, torch.size(g[1], 1)])
    read = torch.full([n], symbols, dtype=4)
    drawn : List[Tensor] = []
    for t in range(torch.size(uniforms, 0)):
      h = torch.gru_cell(torch.index_select(one_hot, 0, read), h, g[0], g[1], g[2], g[3])
      read = (self).draw(h, g[4], g[5], uniforms[t])
      _0 = torch.append(drawn, read)
    return torch.stack(drawn)

  # The first symbol whose cumulative probability is above the uniform number.
  def draw(self: __torch__.ProfessorForcing,
      h: Tensor, w_out: Tensor, b_out: Tensor, uniform: Tensor) -> Tensor:
    cumulative = torch.cumsum(torch.softmax(torch.linear(h, w_out, b_out), 1), 1)
    found = torch.searchsorted(cumulative, torch.unsqueeze(uniform, 1), right=True)
    return torch.clamp_max(torch.squeeze(found, 1), torch.size(w_out, 0) - 1)

  # The time average of the clipped logits [N] for a behaviour [T, N, H+V].
  def score(self: __torch__.ProfessorForcing, d: List[Tensor], behaviour: Tensor) -> Tensor:
    start = torch.zeros([2, torch.size(behaviour, 1), torch.size(d[1], 1)])
    x, last, = torch.gru(behaviour, start, torch.slice(d, 0, 8, 1), True, 1, 0., True, True, False)
    for i in range(3):
      x = torch.relu(torch.linear(x, d[8 + 2 * i], d[9 + 2 * i]))
    logits = torch.clamp(torch.squeeze(torch.linear(x, d[14], d[15]), 2), -10., 10.)
    return torch.mean(logits, [0])

  def gradient(self: __torch__.ProfessorForcing,
      loss: Tensor, parameters: List[Tensor], keep_graph: bool) -> List[Tensor]:
    gradients : List[Tensor] = []
    for gradient in torch.grad([loss], parameters, None, keep_graph):
      if gradient is not None:
        _0 = torch.append(gradients, gradient)
    return gradients

  def detached(self: __torch__.ProfessorForcing, parameters: List[Tensor]) -> List[Tensor]:
    values : List[Tensor] = []
    for p in parameters:
      _0 = torch.append(values, torch.detach(p))
    return values

  # torch.optim.Adam(fused=True).
  def adam(self: __torch__.ProfessorForcing,
      parameters: List[Tensor], gradients: List[Tensor], mean: List[Tensor], square: List[Tensor],
      count: List[Tensor], rate: float) -> None:
    largest : List[Tensor] = []
    torch._foreach_add_(count, 1)
    torch._fused_adam_((self).detached(parameters), gradients, mean, square, largest, count, lr=rate, beta1=0.9, beta2=0.999, weight_decay=0., eps=1e-8, amsgrad=False, maximize=False)
    return None
