using System.CommandLine;
using System.Text.Json;
using Spectre.Console;
using Understudy.Cli.Shell;
using Understudy.Inference.Tasks;
using Understudy.Training.Recipes;

namespace Understudy.Cli.Tasks;

/// <summary><c>understudy task new NAME --data DIR</c>: a task from a folder of examples, labelled or with the texts that are to be written.</summary>
internal sealed class TaskNewCommand : CliCommand
{
    private const string Classification = "classification", Generation = "generation";

    private readonly Argument<string> _name = new("NAME") { Description = "Lower-case letters, digits and hyphens." };
    private readonly Option<string> _data = new("--data") { Description = "A folder with train.jsonl and optionally dev.jsonl.", HelpName = "DIR", Required = true };
    private readonly Option<string> _kind = new("--kind") { Description = "'classification', of texts with labels, or 'generation', of texts with completions.", DefaultValueFactory = _ => Classification };
    private readonly Option<string?> _schema = new("--schema") { Description = "For generation: a JSON schema that every answer satisfies.", HelpName = "FILE" };
    private readonly Option<string> _input = new("--input") { Description = "What the examples are: 'text', or 'mail' for raw messages.", DefaultValueFactory = _ => "text" };
    private readonly Option<double> _epsilon = Shares.Option("--epsilon", "The cascade may do worse than the lead on at most this share of inputs …", 0.005);
    private readonly Option<double> _delta = Shares.Option("--delta", "… except with this probability.", 0.1);
    private readonly Option<bool> _force = new("--force") { Description = "Replace a task of that name; its releases stay." };

    public TaskNewCommand(SharedOptions shared)
        : base(shared, "new", "Makes a task from a folder of examples.")
    {
        _kind.AcceptOnlyFromAmong(Classification, Generation);
        _input.AcceptOnlyFromAmong("text", "mail");
        Arguments.Add(_name);
        foreach (var option in (Option[])[_data, _kind, _schema, _input, _epsilon, _delta, _force])
        {
            Options.Add(option);
        }
    }

    protected override async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(invocation.ModelsFolder, invocation.Get(_name)!);
        var path = Path.Combine(folder, "task.json");
        var data = Path.GetFullPath(invocation.Get(_data)!);
        if (File.Exists(path) && !invocation.Get(_force))
        {
            throw new CommandFailedException($"There is a task '{invocation.Get(_name)}' already, in '{folder}'. Choose another name, or replace it with --force.");
        }

        return invocation.Get(_kind) == Generation
            ? await GenerationAsync(invocation, folder, data, cancellationToken).ConfigureAwait(false)
            : await ClassificationAsync(invocation, folder, data, cancellationToken).ConfigureAwait(false);
    }

    private async Task<int> ClassificationAsync(Invocation invocation, string folder, string data, CancellationToken cancellationToken)
    {
        if (invocation.Get(_schema) is not null)
        {
            throw new BadUsageException($"--schema is for tasks whose answers are written. Add --kind {Generation}, or leave it out.");
        }

        var examples = await TaskExamples.ReadAsync(data, cancellationToken).ConfigureAwait(false);
        examples.Train.ReportMalformed(invocation.Screen, "train.jsonl");
        examples.Dev?.ReportMalformed(invocation.Screen, "dev.jsonl");
        var task = new TaskDefinition
        {
            Name = invocation.Get(_name)!,
            Kind = Classification,
            Labels = examples.Labels(),
            Input = invocation.Get(_input)!,
            Guarantee = new(invocation.Get(_epsilon), invocation.Get(_delta)),
        };
        var path = await WriteAsync(task, folder, cancellationToken).ConfigureAwait(false);
        var recipe = Recipe.DefaultFor(task, data);
        recipe.Save(Path.Combine(folder, "recipe.json"));
        var warnings = examples.Warnings(task.Guarantee, recipe.CalibrationShare);
        var quarantine = await TaskQuarantine.WriteAsync(folder, examples.Train, examples.Dev, cancellationToken).ConfigureAwait(false);
        foreach (var warning in warnings)
        {
            invocation.Screen.Note($"Warning: {warning}");
        }

        var malformed = examples.Train.Malformed.Count + (examples.Dev?.Malformed.Count ?? 0);
        var result = new
        {
            task = task.Name,
            path,
            recipe = Path.Combine(folder, "recipe.json"),
            labels = task.Labels,
            train = examples.Train.Records.Count,
            dev = examples.Dev?.Records.Count ?? 0,
            malformed,
            quarantine,
            warnings,
        };
        invocation.Screen.Result(result, console =>
        {
            console.WriteLine($"Task '{task.Name}': {result.train} examples of {task.Labels.Count} labels{(result.dev > 0 ? $", {result.dev} to check on" : "")}.");
            if (quarantine is not null)
            {
                console.WriteLine($"{malformed} lines cannot be used; they are in {quarantine}.");
            }

            console.WriteLine($"Next: understudy train --task {task.Name}");
        });
        return CommandLine.Done;
    }

    private async Task<int> GenerationAsync(Invocation invocation, string folder, string data, CancellationToken cancellationToken)
    {
        if (invocation.Get(_input) != "text")
        {
            throw new BadUsageException($"--input '{invocation.Get(_input)}' is for classification; a generation task reads texts. Leave it out.");
        }

        var task = new TaskDefinition
        {
            Name = invocation.Get(_name)!,
            Kind = Generation,
            Labels = [],
            Metric = "exact-match",
            Schema = await SchemaFile.ReadAsync(invocation.Get(_schema), cancellationToken).ConfigureAwait(false),
            Guarantee = new(invocation.Get(_epsilon), invocation.Get(_delta)),
        };
        Check(task);
        var examples = await GenerationExamples.ReadAsync(task, data, cancellationToken).ConfigureAwait(false);
        examples.TrainMalformed.ReportMalformed(invocation.Screen, "train.jsonl");
        examples.DevMalformed?.ReportMalformed(invocation.Screen, "dev.jsonl");
        var path = await WriteAsync(task, folder, cancellationToken).ConfigureAwait(false);
        var recipe = Path.Combine(folder, "recipe.json");
        examples.Recipe.Save(recipe);
        var quarantine = await TaskQuarantine.WriteAsync(folder, examples.TrainMalformed, examples.DevMalformed, cancellationToken).ConfigureAwait(false);
        var result = new
        {
            task = task.Name,
            path,
            recipe,
            train = examples.Train.Count,
            dev = examples.Dev.Count,
            rationales = examples.Train.Count(record => record.Rationale is not null),
            malformed = examples.Malformed,
            quarantine,
        };
        invocation.Screen.Result(result, console =>
        {
            console.WriteLine($"Task '{task.Name}': {result.train} texts with their answers{(result.dev > 0 ? $", {result.dev} to check on" : "")}.");
            if (quarantine is not null)
            {
                console.WriteLine($"{result.malformed} lines cannot be used; they are in {quarantine}.");
            }

            if (result.rationales > 0)
            {
                console.WriteLine($"{result.rationales} have a rationale; \"teaching\": \"rationales\" in {recipe} teaches by those.");
            }

            console.WriteLine($"Next: understudy train --task {task.Name}");
        });
        return CommandLine.Done;
    }

    private static async Task<string> WriteAsync(TaskDefinition task, string folder, CancellationToken cancellationToken)
    {
        Check(task);
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, "task.json");
        await File.WriteAllTextAsync(path, JsonSerializer.Serialize(task, CliJson.File) + "\n", cancellationToken).ConfigureAwait(false);
        return path;
    }

    private static void Check(TaskDefinition task)
    {
        if (task.Validate() is { Count: > 0 } problems)
        {
            throw new BadUsageException(string.Join(Environment.NewLine, problems));
        }
    }
}
