using System.Numerics.Tensors;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;
using Understudy.Cli.Calibration;
using Understudy.Inference.Ensembles;

namespace Understudy.Cli.Ensembles;

/// <summary>
/// Multinomial logistic regression over the tiers' log-probabilities, as <see cref="Ensemble.Stack"/> serves it. Every example counts once for
/// each set of at least two tiers, the others missing, so that partial cascades are learned too. A ridge penalty pulls towards the best
/// tier alone (the second best where that is missing), so with a heavy one the regression says what that tier says.
/// </summary>
internal sealed class StackingFit
{
    /// <summary>Sets of tiers double with each: more make the fit slow.</summary>
    public const int MaxTiers = 6;

    private const double GradientTolerance = 1e-6, Tolerance = 1e-9;
    private const int Memory = 8, MaxIterations = 200;

    private readonly int _tiers, _labels;
    private readonly int[] _truths;
    private readonly double[][][] _logs;
    private readonly int[] _sets;
    private readonly double[] _centre;

    /// <param name="outputs">The tiers' probabilities; at most <see cref="MaxTiers"/> tiers.</param>
    /// <param name="examples">Which of the examples to fit on; at least one.</param>
    public StackingFit(TierProbabilities outputs, IReadOnlyList<int> examples)
    {
        (_tiers, _labels) = (outputs.Tiers, outputs.Labels);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(_tiers, MaxTiers);
        _truths = [.. examples.Select(example => outputs.Truths[example])];
        _logs = [.. examples.Select(example => outputs.Rows[example].Select(row => Array.ConvertAll(row, Ensemble.Log)).ToArray())];
        _sets = [.. Enumerable.Range(1, (1 << _tiers) - 1).Where(set => int.PopCount(set) >= 2)];
        _centre = Centre(outputs, examples);
    }

    private int MissingWeights => _tiers;

    private int Biases => _tiers * (_tiers + 1);

    private int MissingBiases => Biases + _labels;

    /// <param name="ridge">Half of it times the squared distance from the best tier is added to the summed loss; above 0.</param>
    public EnsembleParameters Fit(double ridge)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(ridge);
        var (best, least) = (_centre, double.PositiveInfinity);
        var loss = ObjectiveFunction.Gradient(vector =>
        {
            var parameters = vector.ToArray();
            var gradient = new double[parameters.Length];
            var value = Loss(parameters, ridge, gradient);
            if (value < least)
            {
                (best, least) = (parameters, value);
            }

            return (value, Vector<double>.Build.Dense(gradient));
        });
        try
        {
            new LimitedMemoryBfgsMinimizer(GradientTolerance, Tolerance, Tolerance, Memory, MaxIterations).FindMinimum(loss, Vector<double>.Build.Dense([.. _centre]));
        }
        catch (OptimizationException)
        {
            // It stopped for want of progress or of steps: the best that it came by is taken.
        }

        return Parameters(best);
    }

    /// <summary>Mean over examples and sets of the negative log-likelihood in nats, with the penalty; writes the gradient.</summary>
    private double Loss(double[] parameters, double ridge, double[] gradient)
    {
        var value = 0.0;
        var scores = new double[_labels];
        foreach (var set in _sets)
        {
            var weights = Weights(parameters, set);
            var biases = BiasesOf(parameters, set);
            var (weightSlopes, biasSlopes) = (new double[_tiers], new double[_labels]);
            for (var i = 0; i < _truths.Length; i++)
            {
                value += Score(_logs[i], weights, biases, set, scores, _truths[i]);
                scores[_truths[i]]--;
                for (var label = 0; label < _labels; label++)
                {
                    biasSlopes[label] += scores[label];
                }

                for (var tier = 0; tier < _tiers; tier++)
                {
                    if ((set >> tier & 1) != 0)
                    {
                        weightSlopes[tier] += TensorPrimitives.Dot<double>(scores, _logs[i][tier]);
                    }
                }
            }

            Spread(weightSlopes, biasSlopes, set, gradient);
        }

        for (var i = 0; i < parameters.Length; i++)
        {
            var off = parameters[i] - _centre[i];
            value += ridge / 2 * off * off;
            gradient[i] = (gradient[i] + (ridge * off)) / _truths.Length;
        }

        return value / _truths.Length;
    }

    /// <summary>Turns scores into probabilities; returns the negative log-likelihood of the truth.</summary>
    private static double Score(double[][] logs, double[] weights, double[] biases, int set, double[] scores, int truth)
    {
        biases.CopyTo(scores, 0);
        for (var tier = 0; tier < weights.Length; tier++)
        {
            if ((set >> tier & 1) != 0)
            {
                TensorPrimitives.MultiplyAdd(logs[tier], weights[tier], scores, scores);
            }
        }

        var top = TensorPrimitives.Max<double>(scores);
        var sum = 0.0;
        var gold = scores[truth] - top;
        for (var label = 0; label < scores.Length; label++)
        {
            sum += scores[label] = Math.Exp(scores[label] - top);
        }

        TensorPrimitives.Divide(scores, sum, scores);
        return Math.Log(sum) - gold;
    }

    private double[] Weights(double[] parameters, int set)
    {
        var weights = parameters[.._tiers];
        for (var missing = 0; missing < _tiers; missing++)
        {
            for (var tier = 0; tier < _tiers && (set >> missing & 1) == 0; tier++)
            {
                weights[tier] += parameters[MissingWeights + (missing * _tiers) + tier];
            }
        }

        return weights;
    }

    private double[] BiasesOf(double[] parameters, int set)
    {
        var biases = parameters[Biases..(Biases + _labels)];
        for (var missing = 0; missing < _tiers; missing++)
        {
            for (var label = 0; label < _labels && (set >> missing & 1) == 0; label++)
            {
                biases[label] += parameters[MissingBiases + (missing * _labels) + label];
            }
        }

        return biases;
    }

    /// <summary>The gradient of a set's weights and biases belongs to the common ones and to those of every tier missing.</summary>
    private void Spread(double[] weightSlopes, double[] biasSlopes, int set, double[] gradient)
    {
        void Add(double[] slopes, int at)
        {
            for (var i = 0; i < slopes.Length; i++)
            {
                gradient[at + i] += slopes[i];
            }
        }

        Add(weightSlopes, 0);
        Add(biasSlopes, Biases);
        for (var missing = 0; missing < _tiers; missing++)
        {
            if ((set >> missing & 1) == 0)
            {
                Add(weightSlopes, MissingWeights + (missing * _tiers));
                Add(biasSlopes, MissingBiases + (missing * _labels));
            }
        }
    }

    private double[] Centre(TierProbabilities outputs, IReadOnlyList<int> examples)
    {
        var centre = new double[MissingBiases + (_tiers * _labels)];
        int[] ranked = [.. Enumerable.Range(0, _tiers).OrderByDescending(tier => Accuracies.Right(outputs, examples, tier)).ThenByDescending(tier => tier)];
        centre[ranked[0]] = 1;
        if (_tiers > 1)
        {
            centre[MissingWeights + (ranked[0] * _tiers) + ranked[1]] = 1;
        }

        return centre;
    }

    private EnsembleParameters Parameters(double[] parameters) => new()
    {
        Weights = Rounded(parameters, 0, _tiers),
        Biases = Rounded(parameters, Biases, _labels),
        MissingWeights = [.. Enumerable.Range(0, _tiers).Select(tier => Rounded(parameters, MissingWeights + (tier * _tiers), _tiers))],
        MissingBiases = [.. Enumerable.Range(0, _tiers).Select(tier => Rounded(parameters, MissingBiases + (tier * _labels), _labels))],
    };

    private static double[] Rounded(double[] parameters, int at, int count) => [.. parameters[at..(at + count)].Select(value => Math.Round(value, 6))];
}
