using Understudy.Cli.Shell;
using Understudy.Inference.Datasets;
using Understudy.Inference.Tasks;
using Understudy.Training.Corpora;
using Understudy.Training.LanguageModels;
using Understudy.Training.Recipes;

namespace Understudy.Cli.Datasets;

/// <summary>The held-out part of the corpus that a task's recipe names.</summary>
internal static class TaskCorpus
{
    /// <exception cref="CommandFailedException">The task's data is a folder of one's own, which has no part for tests.</exception>
    /// <exception cref="PackageMissingException">The corpus is not installed.</exception>
    public static LabelledData Test(string modelsFolder, TaskDefinition task, CancellationToken cancellationToken) =>
        Of(Splits(modelsFolder, task, "test", cancellationToken).Test);

    /// <summary>The part that thresholds are chosen on.</summary>
    /// <exception cref="CommandFailedException">The task's data is a folder of one's own, which has no such part.</exception>
    /// <exception cref="PackageMissingException">The corpus is not installed.</exception>
    public static LabelledData Calibration(string modelsFolder, TaskDefinition task, CancellationToken cancellationToken) =>
        Of(Splits(modelsFolder, task, "calibration", cancellationToken).Calibration);

    private static LabelledData Of(IReadOnlyList<DatasetRecord> records) => new([.. records.Select((r, i) => new LabelledRecord(r.Id ?? $"{i}", r.Text!, r.Label!) { HasId = r.Id is not null })], []);

    private static CorpusSplits Splits(string modelsFolder, TaskDefinition task, string part, CancellationToken cancellationToken)
    {
        var recipe = Path.Combine(modelsFolder, task.Name, "recipe.json");
        if (!File.Exists(recipe) || LanguageModelRecipe.IsOne(recipe) || Recipe.Load(recipe).Corpus != Recipe.MailCorpus)
        {
            throw new CommandFailedException($"Task '{task.Name}' has no corpus with a {part} part. Name labelled records with --data FILE.");
        }

        return SpamAssassinCorpus.Load(NpmPackages.Find(SpamAssassinCorpus.Package), cancellationToken);
    }
}
