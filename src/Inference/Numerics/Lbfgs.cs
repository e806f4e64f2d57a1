using System.Numerics.Tensors;

namespace Understudy.Inference.Numerics;

/// <summary>
/// Minimises a smooth convex function by limited-memory BFGS (Liu and Nocedal, Mathematical Programming 45, 1989) with backtracking.
/// Deterministic; thread-safe.
/// </summary>
internal static class Lbfgs
{
    private const int Memory = 8;
    private const int MaxBacktracks = 40;
    private const double SufficientDecrease = 1e-4;

    /// <param name="start">[parameters]; not changed.</param>
    /// <param name="evaluate">Given parameters, writes the gradient and returns the value.</param>
    /// <param name="maxIterations">An end for what converges slowly.</param>
    /// <param name="tolerance">Ends when a step lowers the value by less than this share of it.</param>
    /// <returns>The best parameters found.</returns>
    public static double[] Minimise(double[] start, Func<double[], double[], double> evaluate, int maxIterations = 200, double tolerance = 1e-9)
    {
        var n = start.Length;
        double[] x = [.. start], gradient = new double[n], next = new double[n], nextGradient = new double[n], direction = new double[n];
        var value = evaluate(x, gradient);
        List<(double[] Step, double[] Change, double Rho)> memory = [];
        for (var iteration = 0; iteration < maxIterations; iteration++)
        {
            Direction(gradient, memory, direction);
            var slope = TensorPrimitives.Dot<double>(direction, gradient);
            if (!(slope < 0))
            {
                break; // at the minimum, as far as numbers go
            }

            var length = memory.Count == 0 ? Math.Min(1, 1 / TensorPrimitives.Norm<double>(gradient)) : 1.0;
            var nextValue = double.PositiveInfinity;
            for (var tries = 0; tries < MaxBacktracks; tries++, length /= 2)
            {
                TensorPrimitives.MultiplyAdd(direction, length, x, next);
                nextValue = evaluate(next, nextGradient);
                if (nextValue <= value + (SufficientDecrease * length * slope))
                {
                    break;
                }
            }

            if (!(nextValue < value))
            {
                break;
            }

            Remember(memory, x, gradient, next, nextGradient);
            var gain = value - nextValue;
            (x, next, gradient, nextGradient, value) = (next, x, nextGradient, gradient, nextValue);
            if (gain <= tolerance * Math.Max(1, Math.Abs(value)))
            {
                break;
            }
        }

        return x;
    }

    private static void Remember(List<(double[], double[], double)> memory, double[] x, double[] gradient, double[] next, double[] nextGradient)
    {
        double[] step = new double[x.Length], change = new double[x.Length];
        TensorPrimitives.Subtract<double>(next, x, step);
        TensorPrimitives.Subtract<double>(nextGradient, gradient, change);
        var curvature = TensorPrimitives.Dot<double>(step, change);
        if (curvature <= 1e-14)
        {
            return;
        }

        if (memory.Count == Memory)
        {
            memory.RemoveAt(0);
        }

        memory.Add((step, change, 1 / curvature));
    }

    /// <summary>The two-loop recursion: minus the approximate inverse Hessian times the gradient.</summary>
    private static void Direction(double[] gradient, List<(double[] Step, double[] Change, double Rho)> memory, double[] direction)
    {
        TensorPrimitives.Negate<double>(gradient, direction);
        Span<double> alpha = stackalloc double[Memory];
        for (var i = memory.Count - 1; i >= 0; i--)
        {
            var (step, change, rho) = memory[i];
            alpha[i] = rho * TensorPrimitives.Dot<double>(step, direction);
            TensorPrimitives.MultiplyAdd(change, -alpha[i], direction, direction);
        }

        if (memory.Count > 0)
        {
            var (_, change, rho) = memory[^1];
            TensorPrimitives.Multiply(direction, 1 / (rho * TensorPrimitives.Dot<double>(change, change)), direction);
        }

        for (var i = 0; i < memory.Count; i++)
        {
            var (step, change, rho) = memory[i];
            var beta = rho * TensorPrimitives.Dot<double>(change, direction);
            TensorPrimitives.MultiplyAdd(step, alpha[i] - beta, direction, direction);
        }
    }
}
