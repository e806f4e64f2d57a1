using Understudy.Cli.Shell;
using Understudy.Inference.Cascades;
using Understudy.Inference.Tasks;

namespace Understudy.Cli.Bench.RecordedModels;

/// <summary>Chooses a cascade on recorded answers, and measures what such choices are worth on questions they were not made on.</summary>
internal static class CascadeBench
{
    private const int Seed = 23;
    private const int Repetitions = 500;

    public static CascadeBenchReport Run(RecordedFile file, IReadOnlyDictionary<string, TokenPrice> prices, Guarantee guarantee, string plot, Action<double> progress, CancellationToken cancellationToken)
    {
        var opinions = new RecordedOpinions(file.Questions, file.Names, prices);
        int[] all = [.. Enumerable.Range(0, file.Questions.Count)];
        var choice = CascadeChoice.Guaranteed(opinions, all, guarantee);
        var equal = CascadeChoice.EquallyAccurate(opinions, all);
        var (held, heldEqual) = HeldOut(opinions, all, guarantee, progress, cancellationToken);
        var check = GuaranteeCheck.Run(CascadeChoice.Alternatives(opinions, all), guarantee, Repetitions, Seed);
        var curve = CascadeChoice.Curve(opinions, all).ToList();
        var tiers = Tiers(opinions, choice.Samples, prices, held);
        CascadeBenchPlot.Draw(plot, opinions, curve, choice, tiers);
        var equalOnAll = curve.First(p => p.Samples == equal.Samples && p.Threshold == equal.Thresholds[0]).Served;
        return new()
        {
            Records = file.Questions.Count,
            Incomplete = file.Incomplete,
            Malformed = file.Malformed,
            Guarantee = guarantee,
            Tiers = tiers,
            Samples = opinions.Samples[choice.Samples],
            Thresholds = opinions.Names.Zip(choice.Thresholds).ToDictionary(p => p.First, p => p.Second),
            Certified = choice.Report!.Certified,
            RecordsNeeded = choice.Report.ExamplesNeeded,
            PValue = choice.Report.PValue,
            Promise = Promise.Describe(guarantee, choice.Report),
            LeadAccuracy = held.LeadAccuracy,
            Accuracy = held.Accuracy,
            Risk = held.Risk,
            StudentShare = held.StudentShare,
            CostRatio = held.CostRatio,
            MeetsGuarantee = held.Risk <= guarantee.Epsilon && check.Passed,
            Check = check,
            CostAtEqualAccuracy = equalOnAll.CostRatio,
            EqualAccuracy = new(opinions.Samples[equal.Samples], equal.Thresholds[0], equalOnAll.Accuracy, equalOnAll.CostRatio, heldEqual.Accuracy, heldEqual.CostRatio),
            Plot = plot,
        };
    }

    /// <summary>Each part is served by what was chosen on the others, the fits of confidence and the number of samples included.</summary>
    private static (ServedQuestions Guaranteed, ServedQuestions Equal) HeldOut(
        RecordedOpinions opinions, int[] all, Guarantee guarantee, Action<double> progress, CancellationToken cancellationToken)
    {
        var folds = Folds.Of(all, Seed);
        ServedQuestions? guaranteed = null, equal = null;
        for (var fold = 0; fold < Folds.Count; fold++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int[] known = [.. all.Where(q => folds[q] != fold)], held = [.. all.Where(q => folds[q] == fold)];
            var one = CascadeChoice.Guaranteed(opinions, known, guarantee).Serve(opinions, held);
            var other = CascadeChoice.EquallyAccurate(opinions, known).Serve(opinions, held);
            (guaranteed, equal) = (guaranteed is null ? one : guaranteed + one, equal is null ? other : equal + other);
            progress((fold + 1.0) / Folds.Count);
        }

        return (guaranteed!, equal!);
    }

    private static RecordedTier[] Tiers(RecordedOpinions opinions, int samples, IReadOnlyDictionary<string, TokenPrice> prices, ServedQuestions held)
    {
        int[] all = [.. Enumerable.Range(0, opinions.Questions.Count)];
        var lead = all.Average(q => opinions.Lead(q).Dollars);
        return [.. opinions.Names.Select((name, tier) =>
        {
            Opinion Said(int q) => tier < opinions.Students ? opinions.Student(samples, q, tier) : opinions.Lead(q);
            return new RecordedTier(
                name, (double)all.Count(q => opinions.IsRight(Said(q), q)) / all.Length, all.Average(q => Said(q).Dollars) / lead,
                (double)held.ByTier[tier] / held.Count, prices[name].Input, prices[name].Output, prices[name].Assumed);
        })];
    }
}
