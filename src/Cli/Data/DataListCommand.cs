using Spectre.Console;
using Understudy.Cli.Shell;

namespace Understudy.Cli.Data;

/// <summary><c>understudy data list</c>: the data sets that <c>data get</c> knows.</summary>
internal sealed class DataListCommand(SharedOptions shared) : CliCommand(shared, "list", "Lists the data sets that can be had.")
{
    protected override Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var sets = PublicSet.All.Select(set => new { set.Name, set.Input, set.Source, set.Licence, set.About }).ToList();
        invocation.Screen.Result(new { sets }, console =>
        {
            var table = new Table().RoundedBorder().AddColumns("data set", "input", "licence", "what it is");
            sets.ForEach(set => table.AddRow(Markup.Escape(set.Name), set.Input, set.Licence, Markup.Escape(set.About)));
            console.Write(table);
        });
        return Task.FromResult(CommandLine.Done);
    }
}
