using System.Security.Cryptography;
using System.Text.Json;
using Understudy.Inference.Datasets;
using Understudy.Inference.Mail;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Tasks;
using Understudy.Training.Corpora;

namespace Understudy.Training.Recipes;

/// <summary>A recipe's data, rendered and split, so that no text stands in two parts, and then shortened as the task says: what begins alike may be the same to read, as it may when it is served.</summary>
internal sealed record Examples(IReadOnlyList<Example> Train, IReadOnlyList<Example> Tuning, IReadOnlyList<Example> Calibration, IReadOnlyList<Example> Test)
{
    private const int FewestTexts = 2;

    /// <param name="recipe">How the data is split.</param>
    /// <param name="task">Its labels, and how its inputs are read.</param>
    /// <param name="report">Is told what else there is to say of the data; null for nobody.</param>
    /// <param name="cancellationToken">Heard between files.</param>
    /// <exception cref="RecipeInvalidException">There is too little to learn from.</exception>
    public static Examples Load(Recipe recipe, TaskDefinition task, Action<string>? report, CancellationToken cancellationToken)
    {
        var splits = recipe.Corpus == Recipe.MailCorpus
            ? SpamAssassinCorpus.Load(NpmPackages.Find(SpamAssassinCorpus.Package), cancellationToken)
            : FolderCorpus.Load(recipe.Data ?? throw new RecipeInvalidException($"The recipe of '{task.Name}' has no field 'data'. Name the folder with train.jsonl."), report, task.Labels);
        var random = new Random(recipe.Seed);
        var labels = task.Labels.Select((label, index) => (label, index)).ToDictionary(pair => pair.label, pair => pair.index, StringComparer.Ordinal);
        Tell(recipe, splits, labels, report);
        var (train, calibration) = (Read(splits.Train, task, labels).ToArray(), Read(splits.Calibration, task, labels).ToArray());
        if (recipe.Corpus != Recipe.MailCorpus) // whose parts share no body
        {
            (train, calibration) = Different(train, calibration, report);
        }

        random.Shuffle(train);
        var held = calibration.Length > 0 ? 0 : (int)(train.Length * recipe.CalibrationShare);
        if (calibration.Length == 0)
        {
            calibration = train[..held];
        }

        var tuning = Math.Max(1, (int)(train.Length * recipe.TuningShare));
        if (train.Length - held - tuning < FewestTexts)
        {
            throw new RecipeInvalidException(FormattableString.Invariant($"Of {train.Length} different texts {held} are held back for thresholds ('calibrationShare' {recipe.CalibrationShare}) and {tuning} for tuning ('tuningShare' {recipe.TuningShare}), and fewer than {FewestTexts} are left to learn from. Give more different texts, or lower the shares."));
        }

        var learned = train[(held + tuning)..];
        // A text that stands, all but the same, among those learned from says nothing about new ones.
        var known = learned.Select(Fingerprint).ToHashSet(StringComparer.Ordinal);
        var fresh = train[held..(held + tuning)].Where(example => !known.Contains(Fingerprint(example))).ToArray();
        if (2 * fresh.Length < tuning)
        {
            // Where most texts begin alike, or differ in digits alone, so will those that are served; and a few are not enough to tune on.
            report?.Invoke(FormattableString.Invariant($"{tuning - fresh.Length} of {tuning} texts held back for tuning ('tuningShare' {recipe.TuningShare}) begin with the same letters as one learned from; they are tuned on as they are"));
            fresh = train[held..(held + tuning)];
        }

        return new(Shortened(learned, task), Shortened(fresh, task), Shortened(calibration, task), Shortened(Read(splits.Test, task, labels), task));
    }

    /// <summary>The same as long as the same texts have the same labels and stand in the same parts.</summary>
    public string Digest(IReadOnlyList<string> labels)
    {
        var parts = new[] { Train, Tuning, Calibration }.Select(part => part.Select(example => new { example.Text, example.Label }));
        return Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(new { labels, parts })));
    }

    /// <summary>The first letters of the text: near-duplicates differ further on, or in digits and punctuation.</summary>
    private static string Fingerprint(Example example)
    {
        var text = example.Plain ?? example.Text;
        var body = example.Plain is null ? text : text[(text.IndexOf('\n') + 1)..];
        return string.Concat(body.Where(char.IsLetter).Take(200).Select(char.ToLowerInvariant));
    }

    /// <summary>What differs as models read it: of a mail they do not read when it came, which way, and to whom.</summary>
    private static (Example[] Train, Example[] Calibration) Different(Example[] train, Example[] calibration, Action<string>? report)
    {
        Example[] held = [.. calibration.DistinctBy(example => example.Text, StringComparer.Ordinal)];
        var known = held.Select(example => example.Text).ToHashSet(StringComparer.Ordinal);
        Example[] learned = [.. train.Where(example => known.Add(example.Text))];
        if (learned.Length < train.Length)
        {
            report?.Invoke($"{train.Length - learned.Length} of {train.Length} texts of train.jsonl read like another one and are not learned from");
        }

        return (learned, held);
    }

    /// <summary>Tells of texts whose labels the task does not have.</summary>
    private static void Tell(Recipe recipe, CorpusSplits splits, Dictionary<string, int> labels, Action<string>? report)
    {
        var unknown = splits.Train.Concat(splits.Calibration).Concat(splits.Test).Where(record => !labels.ContainsKey(record.Label!)).ToList();
        var names = string.Join(", ", unknown.Select(record => $"'{record.Label}'").Distinct());
        if (splits.Train.All(record => !labels.ContainsKey(record.Label!)))
        {
            throw new RecipeInvalidException($"No text of '{recipe.Corpus}' to learn from has one of the task's labels; theirs are {names}. Make the task with those.");
        }

        if (unknown.Count > 0)
        {
            report?.Invoke($"{unknown.Count} texts of '{recipe.Corpus}' are left out: their labels, {names}, are none of the task's");
        }
    }

    private static IEnumerable<Example> Read(IEnumerable<DatasetRecord> records, TaskDefinition task, Dictionary<string, int> labels)
    {
        foreach (var record in records)
        {
            if (record is { Text: { Length: > 0 } text, Label: { } label } && labels.TryGetValue(label, out var index))
            {
                yield return task.Input == "mail"
                    ? new(record.Id ?? "", MailText.Render(text), MailText.RenderPlain(text), index)
                    : new(record.Id ?? "", text, null, index);
            }
        }
    }

    private static Example[] Shortened(IEnumerable<Example> examples, TaskDefinition task)
    {
        var compression = InputCompression.Of(task.Compression);
        return [.. examples.Select(example => example with { Text = compression.Apply(example.Text).Text, Plain = example.Plain is { } plain ? compression.Apply(plain).Text : null })];
    }
}
