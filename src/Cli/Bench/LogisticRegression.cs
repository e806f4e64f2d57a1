using System.Numerics.Tensors;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;

namespace Understudy.Cli.Bench;

/// <summary>
/// The probability of being right from a few measures of how sure one is (Platt scaling with several inputs): logistic regression with
/// ridge penalty, its constant not penalised. Immutable and thread-safe.
/// </summary>
internal sealed class LogisticRegression
{
    private const double GradientTolerance = 1e-6, Tolerance = 1e-10;
    private const int Memory = 8, MaxIterations = 1000;

    private readonly double[] _weights;

    private LogisticRegression(double[] weights) => _weights = weights;

    /// <param name="rows">[examples][features].</param>
    /// <param name="outcomes">One for each row.</param>
    /// <param name="ridge">Half of it times the squared weights is added to the summed loss; above 0, so that separable data has an answer.</param>
    /// <exception cref="ArgumentException">There are no rows, or not one outcome for each.</exception>
    public static LogisticRegression Fit(IReadOnlyList<double[]> rows, IReadOnlyList<bool> outcomes, double ridge = 1)
    {
        if (rows.Count == 0 || rows.Count != outcomes.Count)
        {
            throw new ArgumentException($"There are {rows.Count} rows and {outcomes.Count} outcomes; give at least one row, and an outcome for each.");
        }

        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(ridge);
        var loss = ObjectiveFunction.Gradient(weights =>
        {
            var gradient = new double[weights.Count];
            var value = Loss(weights.AsArray(), gradient) / rows.Count;
            TensorPrimitives.Divide(gradient, rows.Count, gradient);
            return (value, Vector<double>.Build.Dense(gradient));
        });
        var minimum = new LimitedMemoryBfgsMinimizer(GradientTolerance, Tolerance, Tolerance, Memory, MaxIterations)
            .FindMinimum(loss, Vector<double>.Build.Dense(rows[0].Length + 1));
        return new([.. minimum.MinimizingPoint]);

        double Loss(double[] weights, double[] gradient)
        {
            TensorPrimitives.Multiply(weights, ridge, gradient);
            gradient[^1] = 0;
            var sum = ridge / 2 * TensorPrimitives.SumOfSquares<double>(weights.AsSpan(..^1));
            for (var i = 0; i < rows.Count; i++)
            {
                var signed = outcomes[i] ? Logit(weights, rows[i]) : -Logit(weights, rows[i]);
                sum += signed > 0 ? Math.Log(1 + Math.Exp(-signed)) : Math.Log(1 + Math.Exp(signed)) - signed;
                var error = (outcomes[i] ? -1 : 1) / (1 + Math.Exp(signed));
                TensorPrimitives.MultiplyAdd(rows[i], error, gradient.AsSpan(..^1), gradient.AsSpan(..^1));
                gradient[^1] += error;
            }

            return sum;
        }
    }

    /// <summary>In (0, 1).</summary>
    /// <param name="row">[features].</param>
    public double Probability(ReadOnlySpan<double> row) => 1 / (1 + Math.Exp(-Logit(_weights, row)));

    private static double Logit(ReadOnlySpan<double> weights, ReadOnlySpan<double> row) => TensorPrimitives.Dot(weights[..^1], row) + weights[^1];
}
