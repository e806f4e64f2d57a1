using System.Text.RegularExpressions;
using Understudy.Inference.Cascades;
using Understudy.Inference.Ensembles;
using Understudy.Inference.Speculation;
using Understudy.Inference.Tasks;

namespace Understudy.Inference.Releases;

/// <summary>What a manifest's fields must satisfy, whatever its files hold.</summary>
internal static partial class ManifestRules
{
    private const string File = ReleaseManifest.FileName;

    public static void Check(ReleaseManifest manifest, string folder, List<string> problems)
    {
        if (manifest.Schema != 1)
        {
            problems.Add($"{File}: schema is {manifest.Schema}; this version reads 1. Update Understudy or write the release again.");
        }

        if (!TaskRules.Name().IsMatch(manifest.Task))
        {
            problems.Add($"{File}: task '{manifest.Task}' must be 1 to 64 lower-case letters, digits or hyphens. Name the task it belongs to.");
        }

        if (!IsVersion(manifest.Version))
        {
            problems.Add($"{File}: version '{manifest.Version}' must be 1 to 64 letters, digits, dots or hyphens, and start with a letter or digit. Rename it.");
        }
        else if (manifest.Version != Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)))
        {
            problems.Add($"{File}: version is '{manifest.Version}', but the folder is '{Path.GetFileName(Path.TrimEndingDirectorySeparator(folder))}'. Make them the same.");
        }

        TaskRules.Labels(File, manifest.Labels, manifest.Kind == TaskRules.Generation, problems);
        TaskRules.Guarantee(File, manifest.Guarantee, problems);
        TaskRules.OneOf(File, "kind", manifest.Kind, TaskRules.Kinds, problems);
        TaskRules.OneOf(File, "input", manifest.Input, ["text", "mail"], problems);
        TaskRules.Compression(File, manifest.Compression, problems);
        try
        {
            SpeculationNames.Read(manifest.Speculation, []);
        }
        catch (ArgumentException error)
        {
            problems.Add($"{File}: {error.Message}");
        }

        EnsembleRules.Check(manifest, problems);
        CheckTiers(manifest, problems);
    }

    public static bool IsVersion(string version) => Version().IsMatch(version);

    /// <summary>A name that stays inside the folder on every platform.</summary>
    public static bool IsPlainName(string name) =>
        name.Length > 0 && !name.Contains('\\') && !name.Contains(':') && !name.Contains('\0') && !name.StartsWith('/')
        && name.Split('/').All(part => part is not ("" or "." or ".."));

    private static void CheckTiers(ReleaseManifest manifest, List<string> problems)
    {
        var tiers = manifest.Tiers;
        if (tiers.Count == 0 || tiers[^1].Role != "lead" || tiers.Count(t => t.Role == "lead") != 1)
        {
            problems.Add($"{File}: tiers must be any number of students and then exactly one tier with role 'lead'. Put the lead last.");
        }

        foreach (var twice in tiers.GroupBy(t => t.Name).Where(g => g.Count() > 1))
        {
            problems.Add($"{File}: tiers has the name '{twice.Key}' {twice.Count()} times. Give each tier its own name.");
        }

        for (var i = 0; i < tiers.Count; i++)
        {
            CheckTier(tiers[i], $"tiers[{i}]", manifest, problems);
            CheckPool(tiers[i], i, manifest, problems);
        }
    }

    private static void CheckTier(TierManifest tier, string at, ReleaseManifest manifest, List<string> problems)
    {
        TaskRules.OneOf(File, $"{at}.role", tier.Role, ["student", "lead"], problems);
        TaskRules.OneOf(File, $"{at}.kind", tier.Kind, manifest.Kind != TaskRules.Generation ? ["linear", "encoder"] : tier.Role == "lead" ? [TierManifest.Decoder] : [TierManifest.Decoder, TierManifest.Tagger], problems);
        Named(tier.Model, $"{at}.model", manifest, problems);
        if (string.IsNullOrWhiteSpace(tier.Name))
        {
            problems.Add($"{File}: {at}.name is empty. Give the tier a name; receipts show it.");
        }

        if (!(double.IsFinite(tier.Temperature) && tier.Temperature > 0))
        {
            problems.Add($"{File}: {at}.temperature is {tier.Temperature}; it must be above 0. Calibrate the tier again.");
        }

        if (!(double.IsFinite(tier.Threshold) && tier.Threshold >= 0))
        {
            problems.Add($"{File}: {at}.threshold is {tier.Threshold}; it must be 0 or more (above 1 means never). Choose thresholds again.");
        }

        if (!(double.IsFinite(tier.MillisecondsPerItem) && tier.MillisecondsPerItem >= 0))
        {
            problems.Add($"{File}: {at}.millisecondsPerItem is {tier.MillisecondsPerItem}; it must be 0 or more. Measure the tier again.");
        }

        if (tier.Kind == TierManifest.Tagger && manifest.Tiers.Count > 0 && tier.Tokenizer != manifest.Tiers[^1].Tokenizer)
        {
            problems.Add($"{File}: {at}.tokenizer is '{tier.Tokenizer}', and the lead's '{manifest.Tiers[^1].Tokenizer}'. A tagger reads the lead's tokens: train it with that tokenizer.");
        }

        if (tier.Kind is not ("encoder" or TierManifest.Decoder or TierManifest.Tagger))
        {
            return;
        }

        if (tier.MaxTokens is < 1 or > 32_768)
        {
            problems.Add($"{File}: {at}.maxTokens is {tier.MaxTokens}; {tier.Kind}s need 1 to 32768. Use the length it was trained with.");
        }

        if (tier.Tokenizer is null)
        {
            problems.Add($"{File}: {at}.tokenizer is missing; {tier.Kind}s need one. Add the tokenizer's file and name it.");
        }
        else
        {
            Named(tier.Tokenizer, $"{at}.tokenizer", manifest, problems);
        }
    }

    private static void CheckPool(TierManifest tier, int place, ReleaseManifest manifest, List<string> problems)
    {
        if (tier.Pool is not { } pool)
        {
            return;
        }

        var at = $"{File}: tiers[{place}].pool";
        const string Remedy = "Train the release again, or remove the field.";
        if (place == 0 || tier.Role == "lead" || manifest.Kind == TaskRules.Generation)
        {
            problems.Add($"{at} is given, and only students that classify join what students before them said. Remove the field.");
        }
        else if (pool.Count != place + 1)
        {
            problems.Add($"{at} has {pool.Count} weights; it must have {place + 1}, one for each tier up to its own. {Remedy}");
        }
        else if (!pool.All(weight => weight is >= 0 and <= OpinionPool.Greatest) || pool[^1] < OpinionPool.LeastOwn)
        {
            problems.Add($"{at} is [{string.Join(", ", pool)}]; weights must be from 0 to {OpinionPool.Greatest}, and the last, the tier's own, at least {OpinionPool.LeastOwn}. {Remedy}");
        }
    }

    private static void Named(string file, string field, ReleaseManifest manifest, List<string> problems)
    {
        if (manifest.Files.All(f => f.Name != file))
        {
            problems.Add($"{File}: {field} is '{file}', which is not among the files. List it with its sha256 and bytes, or correct the name.");
        }
    }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9.-]{0,63}\z")]
    private static partial Regex Version();
}
