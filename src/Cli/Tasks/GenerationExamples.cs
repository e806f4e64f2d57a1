using Understudy.Cli.Datasets;
using Understudy.Cli.Shell;
using Understudy.Inference.Datasets;
using Understudy.Inference.Tasks;
using Understudy.Training.LanguageModels;

namespace Understudy.Cli.Tasks;

/// <summary>What a generation task of one's own begins with: the texts of <c>train.jsonl</c> and, where there is one, <c>dev.jsonl</c> with their answers.</summary>
/// <param name="Recipe">For models that these fit.</param>
internal sealed record GenerationExamples(IReadOnlyList<CompletionRecord> Train, IReadOnlyList<CompletionRecord> Dev, LabelledData TrainMalformed, LabelledData? DevMalformed, LanguageModelRecipe Recipe)
{
    private const int FewestTexts = 2;

    public int Malformed => TrainMalformed.Malformed.Count + (DevMalformed?.Malformed.Count ?? 0);

    /// <exception cref="CommandFailedException">The folder or <c>train.jsonl</c> is not there, or a file holds nothing that can be used.</exception>
    public static async Task<GenerationExamples> ReadAsync(TaskDefinition task, string folder, CancellationToken cancellationToken)
    {
        var (trainFile, devFile) = (Path.Combine(TaskExamples.Existing(folder), "train.jsonl"), Path.Combine(folder, "dev.jsonl"));
        var isJson = task.Schema is not null;
        var (all, unread) = await CompletionFile.ReadAsync(trainFile, isJson, problem: null, cancellationToken).ConfigureAwait(false);
        Check("train.jsonl", all, unread);
        var begun = new NewGenerationTask(task, all, cancellationToken);
        var (train, trainMalformed) = await CompletionFile.ReadAsync(trainFile, isJson, begun.Problem, cancellationToken).ConfigureAwait(false);
        Check("train.jsonl", train, trainMalformed);
        if (!Path.Exists(devFile))
        {
            return train.Select(record => record.Text).Distinct().Count() >= FewestTexts
                ? new(train, [], trainMalformed, null, begun.Recipe(folder, train, hasDev: false))
                : throw new CommandFailedException($"train.jsonl has only one text, '{train[0].Text}', and one is held back to measure on. Add other texts, or a dev.jsonl.");
        }

        var (dev, devMalformed) = await CompletionFile.ReadAsync(devFile, isJson, begun.Problem, cancellationToken).ConfigureAwait(false);
        Check("dev.jsonl", dev, devMalformed);
        return new(train, dev, trainMalformed, devMalformed, begun.Recipe(folder, train, hasDev: true));
    }

    private static void Check(string file, IReadOnlyList<CompletionRecord> records, LabelledData malformed)
    {
        if (records.Count == 0)
        {
            var bad = malformed.Malformed.Count == 0 ? "" : $" {malformed.Malformed.Count} lines cannot be used; line {malformed.Malformed[0].Line}: {malformed.Malformed[0].Reason}";
            throw new CommandFailedException($"{file} has no usable example. Write one a line, such as {{\"text\":\"…\",\"completion\":\"…\"}}.{bad}");
        }
    }
}
