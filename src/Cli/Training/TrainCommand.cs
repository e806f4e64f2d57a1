using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Spectre.Console;
using Understudy.Cli.Shell;
using Understudy.Inference.Tasks;
using Understudy.Training.LanguageModels;
using Understudy.Training.Recipes;

namespace Understudy.Cli.Training;

/// <summary>
/// <c>understudy train --task NAME | --recipe FILE</c>: from data to a release that serves. <c>distill</c> and <c>compress</c> are the
/// same run's single steps under names of their own.
/// </summary>
internal sealed class TrainCommand : CliCommand
{
    private readonly TrainingSteps? _only;
    private readonly Option<string?> _task = new("--task", "-t") { Description = "The task; its recipe.json says how.", HelpName = "NAME" };
    private readonly Option<string?> _recipe = new("--recipe") { Description = "A recipe instead of the task's own.", HelpName = "FILE" };
    private readonly Option<string?> _version = new("--version") { Description = "The release's name (default: the next free number).", HelpName = "VERSION" };
    private readonly Option<string?> _step = new("--step") { Description = "One step only; those before it must have run.", HelpName = "STEP" };
    private readonly Option<string?> _work = new("--work") { Description = "Where steps leave their results (default: .understudy/training/NAME).", HelpName = "DIR" };

    private TrainCommand(SharedOptions shared, string name, string description, TrainingSteps? only)
        : base(shared, name, description)
    {
        _only = only;
        _step.AcceptOnlyFromAmong("lead", "distil", "compress", "release");
        Option[] options = only is null ? [_task, _recipe, _version, _step, _work] : [_task, _recipe, _work];
        foreach (var option in options)
        {
            Options.Add(option);
        }
    }

    public static TrainCommand Train(SharedOptions shared) =>
        new(shared, "train", "Trains a lead and its students and makes a release of them.", only: null);

    public static TrainCommand Distill(SharedOptions shared) =>
        new(shared, "distill", "Lets the trained lead teach the students: one step of 'train'.", TrainingSteps.Distil);

    public static TrainCommand Compress(SharedOptions shared) =>
        new(shared, "compress", "Makes the trained models smaller as the recipe says, and exports them: one step of 'train'.", TrainingSteps.Compress);

    protected override System.Threading.Tasks.Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var file = RecipeFile(invocation);
        var steps = _only ?? (invocation.Get(_step) is { } step ? Enum.Parse<TrainingSteps>(step, ignoreCase: true) : TrainingSteps.All);
        var version = _only is null ? invocation.Get(_version) : null;
        var clock = Stopwatch.StartNew();
        TrainingResult trained;
        string work;
        TaskDefinition task;
        using (var progress = new StepScreen(invocation.Screen))
        {
            if (LanguageModelRecipe.IsOne(file))
            {
                var recipe = LanguageModelRecipe.Load(file);
                task = Task(invocation, recipe.Task, file);
                work = WorkFolder(invocation, task);
                trained = new LanguageModelRun(recipe with { Data = FullPath(recipe.Data, file) }, task, invocation.ModelsFolder, work, progress).Run(steps, version, cancellationToken);
            }
            else
            {
                var recipe = Recipe.Load(file);
                task = Task(invocation, recipe.Task, file);
                work = WorkFolder(invocation, task);
                trained = new TrainingRun(recipe with { Data = FullPath(recipe.Data, file) }, task, invocation.ModelsFolder, work, progress).Run(steps, version, cancellationToken);
            }
        }

        var result = new
        {
            task = task.Name,
            steps = steps.ToString(),
            release = trained.Release?.Version,
            folder = trained.ReleaseFolder,
            thresholds = trained.Release?.Thresholds,
            metrics = trained.Release?.Metrics,
            plots = trained.Plots,
            seconds = Math.Round(clock.Elapsed.TotalSeconds, 1),
        };
        invocation.Screen.Result(result, console =>
        {
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Done in {clock.Elapsed.TotalMinutes:0.0} minutes; intermediate results are in {work}."));
            foreach (var plot in trained.Plots)
            {
                console.WriteLine($"Loss curve: {plot}");
            }

            if (trained.Release is { } release)
            {
                if (release.Kind == "classification")
                {
                    console.WriteLine(Promise.Describe(release.Guarantee, release.Thresholds));
                }

                console.WriteLine($"Release '{release.Version}' is in {trained.ReleaseFolder}. Next: understudy evaluate --task {task.Name} --data FILE");
            }
        });
        return System.Threading.Tasks.Task.FromResult(CommandLine.Done);
    }

    private string RecipeFile(Invocation invocation)
    {
        var (name, file) = (invocation.Get(_task), invocation.Get(_recipe));
        if (name is null && file is null)
        {
            throw new BadUsageException("Nothing says what to train. Give --task NAME or --recipe FILE.");
        }

        if (name is not null)
        {
            _ = invocation.Catalog.Task(name);
        }

        return Path.GetFullPath(file ?? Path.Combine(invocation.ModelsFolder, name!, "recipe.json"));
    }

    private TaskDefinition Task(Invocation invocation, string task, string file) => invocation.Get(_task) is { } name && task != name
        ? throw new BadUsageException($"The recipe '{file}' is for task '{task}', not '{name}'. Leave out --task, or name another recipe.")
        : invocation.Catalog.Task(task);

    private string WorkFolder(Invocation invocation, TaskDefinition task) =>
        Path.GetFullPath(invocation.Get(_work) ?? Path.Combine(".understudy", "training", task.Name));

    private static string? FullPath(string? data, string file) => data is null ? null : Path.GetFullPath(data, Path.GetDirectoryName(file)!);
}
