using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Understudy.Cli.Shell;

namespace Understudy.Cli.Tasks;

/// <summary><c>understudy task show NAME</c></summary>
internal sealed class TaskShowCommand : CliCommand
{
    private readonly Argument<string> _name = new("NAME") { Description = "The task's name." };

    public TaskShowCommand(SharedOptions shared)
        : base(shared, "show", "Shows what a task is and which releases it has.") => Arguments.Add(_name);

    protected override Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var task = invocation.Catalog.Task(invocation.Get(_name)!);
        var releases = invocation.Catalog.List(task.Name).Select(r => new { r.Version, r.Channels }).ToList();
        invocation.Screen.Result(new { task, releases }, console =>
        {
            var what = task.Labels.Count > 0 ? $" of {(task.Input == "mail" ? "mails" : "texts")} into {task.Labels.Count} labels" : task.Schema is null ? " of texts" : " of JSON by a schema";
            console.WriteLine($"{task.Name}: {task.Kind}{what}, measured by {task.Metric}");
            if (task.Labels.Count > 0)
            {
                console.WriteLine($"labels: {string.Join(", ", task.Labels)}");
            }

            if (task.Instruction.Length > 0)
            {
                console.WriteLine($"instruction: {task.Instruction}");
            }

            console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"promise: with probability {1 - task.Guarantee.Delta:0.###}, at most {task.Guarantee.Epsilon:0.##%} of inputs worse than by the lead alone"));
            if (Promise.Against(task) is { } against)
            {
                console.WriteLine(against);
            }

            console.WriteLine(releases.Count == 0
                ? $"releases: none. Make one: understudy train --task {task.Name}."
                : $"releases: {string.Join(", ", releases.Select(r => r.Channels.Count == 0 ? r.Version : $"{r.Version} ({string.Join(", ", r.Channels)})"))}");
        });
        return Task.FromResult(CommandLine.Done);
    }
}
