using Spectre.Console;
using Understudy.Cli.Shell;

namespace Understudy.Cli.Tasks;

/// <summary><c>understudy task list</c>: every task of the models folder, with the release that serves it.</summary>
internal sealed class TaskListCommand(SharedOptions shared) : CliCommand(shared, "list", "Lists the tasks of the models folder.")
{
    protected override Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var catalog = invocation.Catalog;
        if (!Directory.Exists(catalog.ModelsFolder))
        {
            throw new CommandFailedException($"There is no folder '{catalog.ModelsFolder}'. Name the models folder with --models, or make a task: understudy task new NAME --data DIR.");
        }

        var tasks = catalog.ValidTasks((name, invalid) => Warn(name, invalid.Problems)).Select(task => new
        {
            task.Name,
            task.Kind,
            task.Input,
            Labels = task.Labels.Count,
            Releases = catalog.List(task.Name, invalid => Warn(task.Name, invalid.Problems)).Count,
            Stable = catalog.ValidPointer(task.Name, "stable")?.Version,
        }).ToList();
        invocation.Screen.Result(new { modelsFolder = catalog.ModelsFolder, tasks }, console =>
        {
            if (tasks.Count == 0)
            {
                console.WriteLine($"No task in '{catalog.ModelsFolder}'. Make one: understudy task new NAME --data DIR.");
                return;
            }

            var table = new Table().RoundedBorder().AddColumns("task", "input", "labels", "releases", "stable");
            tasks.ForEach(t => table.AddRow(Markup.Escape(t.Name), t.Input, $"{t.Labels}", $"{t.Releases}", Markup.Escape(t.Stable ?? "none")));
            console.Write(table);
        });
        return Task.FromResult(CommandLine.Done);

        void Warn(string task, IEnumerable<string> problems) => invocation.Screen.Note($"Warning: task '{task}': {string.Join(' ', problems)}");
    }
}
