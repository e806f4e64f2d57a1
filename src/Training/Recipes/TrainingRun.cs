using Understudy.Inference.Releases;
using Understudy.Inference.Tasks;

namespace Understudy.Training.Recipes;

/// <summary>
/// Makes a release by a recipe: trains the lead, lets it teach the students, exports and quantises, chooses thresholds, writes the
/// release and makes it stable. Steps leave their results in the work folder, so that they can be run one by one.
/// </summary>
/// <remarks>One run at a time in a work folder.</remarks>
public sealed class TrainingRun(Recipe recipe, TaskDefinition task, string modelsFolder, string workFolder, IProgress<TrainingProgress>? progress = null)
{
    /// <param name="steps">Which to run; a step needs the results of those before it.</param>
    /// <param name="version">The release's name; null for the next free number.</param>
    /// <exception cref="RecipeInvalidException">The recipe or its data cannot be used, an earlier step's result is missing or comes of other data or another recipe, or the release cannot have that name.</exception>
    /// <exception cref="TrainingDivergedException">A loss became infinite.</exception>
    public TrainingResult Run(TrainingSteps steps, string? version = null, CancellationToken cancellationToken = default)
    {
        ReleaseName.Check(steps, version, task.Name, modelsFolder);
        RecipeRules.Check(recipe);
        Directory.CreateDirectory(workFolder);
        TorchProcess.Prepare(recipe.Seed);
        Report("data", 0, "");
        var examples = Examples.Load(recipe, task, line => Report("data", 0, line), cancellationToken);
        Report("data", 1, $"{examples.Train.Count} to train on, {examples.Tuning.Count} to tune on, {examples.Calibration.Count} for thresholds, {examples.Test.Count} to test on");
        var work = new WorkFolder(workFolder);
        var plots = new List<string>();
        if (steps != default && !steps.HasFlag(TrainingSteps.Lead))
        {
            work.CheckSplit(examples.Digest(task.Labels));
            work.CheckFields(WorkFolder.Lead, StepFields.Lead(recipe));
            if (!steps.HasFlag(TrainingSteps.Distil))
            {
                work.CheckFields("distil", StepFields.Distil(recipe));
            }

            if (steps.HasFlag(TrainingSteps.Release) && !steps.HasFlag(TrainingSteps.Compress))
            {
                work.CheckFields("compress", StepFields.Compress(recipe));
            }
        }

        if (steps.HasFlag(TrainingSteps.Lead))
        {
            new LeadStep(recipe, task, work, Report).Run(examples, cancellationToken);
            plots.Add(work.Plot(WorkFolder.Lead));
        }

        if (steps.HasFlag(TrainingSteps.Distil))
        {
            new DistilStep(recipe, task, work, Report).Run(examples, cancellationToken);
            plots.Add(work.Plot(WorkFolder.Small));
        }

        if (steps.HasFlag(TrainingSteps.Compress))
        {
            plots.AddRange(new CompressStep(recipe, task, work, Report).Run(examples, cancellationToken));
        }

        if (!steps.HasFlag(TrainingSteps.Release))
        {
            return new(null, null, plots);
        }

        using var catalog = new ReleaseCatalog(modelsFolder);
        version ??= catalog.NextVersion(task.Name);
        var folder = Path.Combine(modelsFolder, task.Name, version);
        var release = ReleaseWriter.Build(folder, () => new ReleaseStep(recipe, task, work, Report).Run(examples, folder, version, cancellationToken));
        catalog.PromoteAsync(task.Name, version, cancellationToken).GetAwaiter().GetResult();
        return new(folder, release, plots);
    }

    private void Report(string step, double fraction, string message) => progress?.Report(new(step, fraction, message));
}
