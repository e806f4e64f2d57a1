using System.Numerics.Tensors;
using Understudy.Cli.Bench;
using Understudy.Cli.Calibration;
using Understudy.Cli.Shell;
using Understudy.Inference.Ensembles;

namespace Understudy.Cli.Ensembles;

/// <summary>
/// Fits an ensemble on a calibration set and asks, by cross-validation, whether it is worth having. If it does not beat the best member, the
/// best member is what is served. No model was trained on the set, so the members' outputs are out-of-fold throughout.
/// </summary>
internal static class EnsembleFit
{
    /// <summary>The policy must beat the best member with at most this probability of doing so by luck.</summary>
    private const double Level = 0.1;

    private const int Seed = 17;

    private static readonly double[] Ridges = [1, 10, 100, 1000];

    /// <param name="name">The policy asked for: one of <see cref="Ensemble"/>'s names.</param>
    /// <param name="outputs">At least one example.</param>
    /// <param name="tiers">The tiers' names.</param>
    /// <exception cref="CommandFailedException">There is a <see cref="Problem"/>.</exception>
    public static FittedEnsemble Run(string name, TierProbabilities outputs, IReadOnlyList<string> tiers)
    {
        if (Problem(name, outputs) is { } problem)
        {
            throw new CommandFailedException(problem);
        }

        var folds = Folds.Of([.. Enumerable.Range(0, outputs.Count)], Seed);
        var (ridge, crossFitted) = name == Ensemble.Stack ? BestRidge(outputs, folds) : (null, Enumerable.Range(0, Folds.Count).Select(fold => Fit(name, outputs, Others(folds, fold), null)).ToArray());
        var served = Served(outputs, i => Ensemble.Of(name, crossFitted[folds[i]]));
        var report = Compare(name, outputs, tiers, served) with { Ridge = ridge };
        return report.FellBack
            ? BestMember(report, outputs)
            : new(report, Fit(name, outputs, [.. Enumerable.Range(0, outputs.Count)], ridge), name == Ensemble.Last ? null : served);
    }

    /// <summary>Why nothing can be fitted: too few examples to cross-validate, too many tiers to stack, or a lead that nothing is known of; null when something can.</summary>
    public static string? Problem(string name, TierProbabilities outputs) =>
        outputs.Count < Folds.Count ? $"There are {outputs.Count} calibration examples; an ensemble needs at least {Folds.Count} to be cross-validated on. Give more with --data FILE."
        : !outputs.IsLeadKnown ? "The examples that this release keeps are its lead's own answers, which do not tell when the lead is wrong; an ensemble cannot be fitted on them. Give labelled records with --data FILE."
        : name == Ensemble.Stack && outputs.Tiers > StackingFit.MaxTiers ? $"The release has {outputs.Tiers} tiers; '{Ensemble.Stack}' takes at most {StackingFit.MaxTiers}. Use '{Ensemble.Average}' or '{Ensemble.Vote}'."
        : null;

    private static EnsembleParameters? Fit(string name, TierProbabilities outputs, IReadOnlyList<int> examples, double? ridge) => name switch
    {
        Ensemble.Average => AveragingFit.Fit(outputs, examples),
        Ensemble.Stack => new StackingFit(outputs, examples).Fit(ridge!.Value),
        _ => null,
    };

    private static (double?, EnsembleParameters?[]) BestRidge(TierProbabilities outputs, int[] folds)
    {
        var fits = Enumerable.Range(0, Folds.Count).Select(fold => new StackingFit(outputs, Others(folds, fold))).ToArray();
        var tried = Ridges.Select(ridge => (Ridge: ridge, Fits: fits.Select(fit => fit.Fit(ridge)).ToArray())).ToList();
        var (best, parameters) = tried.MinBy(t => LogLoss(outputs, i => Ensemble.Of(Ensemble.Stack, t.Fits[folds[i]])!));
        return (best, parameters);
    }

    private static double LogLoss(TierProbabilities outputs, Func<int, Ensemble> ensemble)
    {
        var combined = new float[outputs.Labels];
        return Enumerable.Range(0, outputs.Count).Average(i =>
        {
            ensemble(i).Combine(outputs.Rows[i], combined);
            return -Math.Log(Math.Max(combined[outputs.Truths[i]], 1e-7));
        });
    }

    private static List<int[]> Served(TierProbabilities outputs, Func<int, Ensemble?> ensemble) =>
        [.. Enumerable.Range(0, outputs.Count).Select(i => Enumerable.Range(0, outputs.Tiers).Select(last => ensemble(i) is { } policy
            ? policy.Label([.. outputs.Rows[i].Take(last + 1), .. Enumerable.Repeat<float[]?>(null, outputs.Tiers - last - 1)], outputs.Labels)
            : TensorPrimitives.IndexOfMax<float>(outputs.Rows[i][last])).ToArray())];

    private static EnsembleReport Compare(string name, TierProbabilities outputs, IReadOnlyList<string> tiers, List<int[]> served)
    {
        var best = Accuracies.Best(outputs);
        var (right, wins, losses) = (0, 0, 0);
        for (var i = 0; i < outputs.Count; i++)
        {
            var policy = served[i][^1] == outputs.Truths[i];
            var member = TensorPrimitives.IndexOfMax<float>(outputs.Rows[i][best]) == outputs.Truths[i];
            right += policy ? 1 : 0;
            wins += policy && !member ? 1 : 0;
            losses += member && !policy ? 1 : 0;
        }

        var pValue = Accuracies.SignTest(wins, losses);
        var fellBack = name != Ensemble.Last && pValue > Level;
        var chosen = !fellBack ? name : best == outputs.Tiers - 1 ? Ensemble.Last : Ensemble.Average;
        return new(name, chosen, fellBack, tiers[best], (double)Accuracies.Right(outputs, Enumerable.Range(0, outputs.Count), best) / outputs.Count, (double)right / outputs.Count, wins, losses, pValue, null);
    }

    /// <summary>The lead is what <c>last</c> serves; another tier gets all of an average's weight.</summary>
    private static FittedEnsemble BestMember(EnsembleReport report, TierProbabilities outputs)
    {
        if (report.Chosen == Ensemble.Last)
        {
            return new(report, null, null);
        }

        var best = Accuracies.Best(outputs);
        var parameters = new EnsembleParameters { Weights = [.. Enumerable.Range(0, outputs.Tiers).Select(tier => tier == best ? 1.0 : 0.0)] };
        var policy = Ensemble.Of(Ensemble.Average, parameters);
        return new(report, parameters, Served(outputs, _ => policy));
    }

    private static int[] Others(int[] folds, int fold) => [.. Enumerable.Range(0, folds.Length).Where(i => folds[i] != fold)];
}
