# The Professor Forcing step as a PyTorch user would write it, in TorchScript: libtorch runs the
# operations of eager PyTorch, with autograd, and spends no time in Python.
# T steps, N sequences, H hidden units, V symbols, D width of the discriminator.
class ProfessorForcing(Module):
  __parameters__ = []
  __buffers__ = []

  # g: W_ih [3H, V+1], W_hh [3H, H], b_ih, b_hh [3H], W_out [V, H], b_out [V].
  # d: the same four of the forward and of the backward GRU, then weight and bias of four affine layers.
  # Each with Adam's moments and counts of updates.
  def step(self: __torch__.ProfessorForcing,
      g: List[Tensor], g_mean: List[Tensor], g_square: List[Tensor], g_count: List[Tensor],
      d: List[Tensor], d_mean: List[Tensor], d_square: List[Tensor], d_count: List[Tensor],
      tokens: Tensor, uniforms: Tensor, g_rate: Tensor, d_rate: Tensor) -> Tensor:
    n = torch.size(tokens, 1)
    hidden = (self).both_modes(g, tokens, uniforms)
    logits = torch.linear(hidden, g[4], g[5])
    forced = torch.reshape(torch.slice(logits, 1, 0, n, 1), [-1, torch.size(logits, 2)])
    nll = torch.cross_entropy_loss(forced, torch.reshape(tokens, [-1]))
    behaviour = torch.cat([hidden, torch.softmax(logits, 2)], 2)

    # The discriminator is trained on the teacher-forced rows alone and on the free-running ones,
    # whose graph the generator's gradient goes through as well: one pass of them serves both.
    tf = (self).score(d, torch.detach(torch.slice(behaviour, 1, 0, n, 1)))
    fr = (self).score(d, torch.slice(behaviour, 1, n, 2 * n, 1))
    c_d = torch.add(torch.mean(torch.softplus(torch.neg(tf))), torch.mean(torch.softplus(fr)))
    c_f = torch.mean(torch.softplus(torch.neg(fr)))
    c_t = torch.mean(torch.softplus(tf))

    # Both gradients before either update.
    d_gradient = (self).gradient(c_d, d, True)
    g_gradient = (self).gradient(torch.add(nll, c_f), g, False)
    (self).adam(g, g_gradient, g_mean, g_square, g_count, float(g_rate))
    (self).adam(d, d_gradient, d_mean, d_square, d_count, float(d_rate))
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

  # torch.optim.Adam(fused=True).
  def adam(self: __torch__.ProfessorForcing,
      parameters: List[Tensor], gradients: List[Tensor], mean: List[Tensor], square: List[Tensor],
      count: List[Tensor], rate: float) -> None:
    values : List[Tensor] = []
    for p in parameters:
      _0 = torch.append(values, torch.detach(p))
    largest : List[Tensor] = []
    torch._foreach_add_(count, 1)
    torch._fused_adam_(values, gradients, mean, square, largest, count, lr=rate, beta1=0.9, beta2=0.999, weight_decay=0., eps=1e-8, amsgrad=False, maximize=False)
    return None
