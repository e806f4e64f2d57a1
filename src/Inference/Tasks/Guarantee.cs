namespace Understudy.Inference.Tasks;

/// <summary>
/// What the owner of a task asks of its cascade: with probability at least 1 − <paramref name="Delta"/> over the draw of the calibration set,
/// at most a share <paramref name="Epsilon"/> of all inputs is answered wrongly where the lead would have been right.
/// </summary>
/// <param name="Epsilon">Share of inputs, in (0, 1).</param>
/// <param name="Delta">Probability that the promise does not hold, in (0, 1).</param>
public sealed record Guarantee(double Epsilon, double Delta);
