using System.CommandLine;
using System.Text.Json;
using Spectre.Console;
using Understudy.Cli.Datasets;
using Understudy.Cli.Shell;
using Understudy.Inference.Tasks;
using Understudy.Training.Recipes;

namespace Understudy.Cli.Tasks;

/// <summary><c>understudy task new NAME --data DIR</c>: a task from a folder of labelled examples.</summary>
internal sealed class TaskNewCommand : CliCommand
{
    private readonly Argument<string> _name = new("NAME") { Description = "Lower-case letters, digits and hyphens." };
    private readonly Option<string> _data = new("--data") { Description = "A folder with train.jsonl and optionally dev.jsonl.", HelpName = "DIR", Required = true };
    private readonly Option<string> _input = new("--input") { Description = "What the examples are: 'text', or 'mail' for raw messages.", DefaultValueFactory = _ => "text" };
    private readonly Option<double> _epsilon = Shares.Option("--epsilon", "The cascade may do worse than the lead on at most this share of inputs …", 0.005);
    private readonly Option<double> _delta = Shares.Option("--delta", "… except with this probability.", 0.1);
    private readonly Option<bool> _force = new("--force") { Description = "Replace a task of that name; its releases stay." };

    public TaskNewCommand(SharedOptions shared)
        : base(shared, "new", "Makes a task from a folder of labelled examples.")
    {
        _input.AcceptOnlyFromAmong("text", "mail");
        Arguments.Add(_name);
        foreach (var option in (Option[])[_data, _input, _epsilon, _delta, _force])
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

        var examples = await TaskExamples.ReadAsync(data, cancellationToken).ConfigureAwait(false);
        examples.Train.ReportMalformed(invocation.Screen, "train.jsonl");
        examples.Dev?.ReportMalformed(invocation.Screen, "dev.jsonl");
        var task = new TaskDefinition
        {
            Name = invocation.Get(_name)!,
            Kind = "classification",
            Labels = examples.Labels(),
            Input = invocation.Get(_input)!,
            Guarantee = new(invocation.Get(_epsilon), invocation.Get(_delta)),
        };
        if (task.Validate() is { Count: > 0 } problems)
        {
            throw new BadUsageException(string.Join(Environment.NewLine, problems));
        }

        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(path, JsonSerializer.Serialize(task, CliJson.File) + "\n", cancellationToken).ConfigureAwait(false);
        Recipe.DefaultFor(task, data).Save(Path.Combine(folder, "recipe.json"));
        var quarantine = await examples.QuarantineAsync(folder, cancellationToken).ConfigureAwait(false);
        foreach (var warning in examples.Warnings())
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
            warnings = examples.Warnings(),
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
}
