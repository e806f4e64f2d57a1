namespace Understudy.Inference.Ensembles;

/// <summary>
/// Stacking (Wolpert, 1992) by multinomial logistic regression: score(c) = Σ w_m · log p_m(c) + b_c over the tiers m that were asked,
/// then a softmax. As in StackingC (Seewald, 2002) a label's score takes from each tier what it says of that label only, so that there are few
/// weights to fit. A tier that was not asked contributes its missing-indicator: it shifts the weights of the others and the biases.
/// </summary>
internal sealed class StackedRegression(EnsembleParameters parameters) : Ensemble
{
    public override string Name => Stack;

    private protected override void CombineSeveral(ReadOnlySpan<float[]?> members, int last, Span<float> probabilities)
    {
        var scores = new double[probabilities.Length];
        for (var label = 0; label < scores.Length; label++)
        {
            scores[label] = parameters.Biases[label];
        }

        for (var i = 0; i < members.Length; i++)
        {
            if (members[i] is { } member)
            {
                var weight = Weight(members, i);
                for (var label = 0; label < scores.Length; label++)
                {
                    scores[label] += weight * Log(member[label]);
                }
            }
            else
            {
                for (var label = 0; label < scores.Length; label++)
                {
                    scores[label] += parameters.MissingBiases[i][label];
                }
            }
        }

        var (top, sum) = (scores.Max(), 0.0);
        for (var label = 0; label < scores.Length; label++)
        {
            sum += scores[label] = Math.Exp(scores[label] - top);
        }

        for (var label = 0; label < scores.Length; label++)
        {
            probabilities[label] = (float)(scores[label] / sum);
        }
    }

    private double Weight(ReadOnlySpan<float[]?> members, int tier)
    {
        var weight = parameters.Weights[tier];
        for (var i = 0; i < members.Length; i++)
        {
            weight += members[i] is null ? parameters.MissingWeights[i][tier] : 0;
        }

        return weight;
    }
}
