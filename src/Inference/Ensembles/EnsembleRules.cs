using Understudy.Inference.Releases;
using Understudy.Inference.Tasks;

namespace Understudy.Inference.Ensembles;

/// <summary>What a manifest must say about its ensemble.</summary>
internal static class EnsembleRules
{
    public static readonly string[] Names = [Ensemble.Last, Ensemble.Average, Ensemble.Vote, Ensemble.Stack];

    private const string File = ReleaseManifest.FileName;
    private const string Field = "ensembleParameters";
    private const string Remedy = "Fit the ensemble again: understudy calibrate --ensemble.";

    public static void Check(ReleaseManifest manifest, List<string> problems)
    {
        TaskRules.OneOf(File, "ensemble", manifest.Ensemble, Names, problems);
        if (manifest is { Kind: TaskRules.Generation, Ensemble: Ensemble.Average or Ensemble.Vote or Ensemble.Stack })
        {
            problems.Add($"{File}: ensemble is '{manifest.Ensemble}', and texts that models write cannot be combined. Use '{Ensemble.Last}'.");
            return;
        }

        switch (manifest.Ensemble, manifest.EnsembleParameters)
        {
            case (Ensemble.Last or Ensemble.Vote, not null):
                problems.Add($"{File}: {Field} is given, and the ensemble '{manifest.Ensemble}' has none. Remove it or name 'average' or 'stack'.");
                break;
            case (Ensemble.Average or Ensemble.Stack, null):
                problems.Add($"{File}: {Field} is missing; the ensemble '{manifest.Ensemble}' needs it. {Remedy}");
                break;
            case (Ensemble.Average, { } average):
                CheckAverage(average, manifest.Tiers.Count, problems);
                break;
            case (Ensemble.Stack, { } stack):
                CheckStack(stack, manifest.Tiers.Count, manifest.Labels.Count, problems);
                break;
        }
    }

    private static void CheckAverage(EnsembleParameters parameters, int tiers, List<string> problems)
    {
        if (!Finite("weights", parameters.Weights, tiers, "tier", problems))
        {
            return;
        }

        if (parameters.Weights.Any(weight => weight < 0))
        {
            problems.Add($"{File}: {Field}.weights has {parameters.Weights.Min()}; weights of an average must be 0 or more. {Remedy}");
        }

        if (Math.Abs(parameters.Weights.Sum() - 1) > 1e-6)
        {
            problems.Add($"{File}: {Field}.weights sum to {parameters.Weights.Sum()}; weights of an average must sum to 1. {Remedy}");
        }
    }

    private static void CheckStack(EnsembleParameters parameters, int tiers, int labels, List<string> problems)
    {
        Finite("weights", parameters.Weights, tiers, "tier", problems);
        Finite("biases", parameters.Biases, labels, "label", problems);
        Rows("missingWeights", parameters.MissingWeights, tiers, tiers, "tier", problems);
        Rows("missingBiases", parameters.MissingBiases, tiers, labels, "label", problems);
    }

    private static void Rows(string name, IReadOnlyList<IReadOnlyList<double>> rows, int count, int length, string each, List<string> problems)
    {
        if (rows.Count != count)
        {
            problems.Add($"{File}: {Field}.{name} has {rows.Count} rows; it must have {count}, one for each tier. {Remedy}");
            return;
        }

        for (var i = 0; i < rows.Count; i++)
        {
            Finite($"{name}[{i}]", rows[i], length, each, problems);
        }
    }

    private static bool Finite(string name, IReadOnlyList<double> numbers, int count, string each, List<string> problems)
    {
        var before = problems.Count;
        if (numbers.Count != count)
        {
            problems.Add($"{File}: {Field}.{name} has {numbers.Count} numbers; it must have {count}, one for each {each}. {Remedy}");
        }
        else if (!numbers.All(double.IsFinite))
        {
            problems.Add($"{File}: {Field}.{name} has a number that is not finite. {Remedy}");
        }

        return problems.Count == before;
    }
}
