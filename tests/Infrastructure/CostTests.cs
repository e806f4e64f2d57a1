using System.Diagnostics;
using System.Globalization;

namespace Understudy.Infrastructure.Tests;

public class CostTests
{
    [Fact]
    public void Docs_HaveWhatTheEstimatePrints()
    {
        var printed = Run([]);

        Assert.Equal(17, printed.Trim().Split('\n').Length);
        Assert.Contains(printed, File.ReadAllText(Path.Combine(Repository.Root, "docs", "deploy.md")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10", "0.01", 2, 310)] // pauses are longer than a replica stays: the warm hours are what it costs
    [InlineData("720", "1", 864, 0)] // there are no pauses: it is warm by itself
    public void Verifier_ToZero_PaysWhereThereArePauses(string hours, string load, int zero, int warm)
    {
        var rows = Rows(Run([load], ("HOURS", hours)));

        Assert.Equal((zero, warm), (rows["verifier, to zero"], rows["verifier, warm hours besides"]));
    }

    [Fact]
    public void All_IsTheSumOfTheCosts()
    {
        var rows = Rows(Run(["1000"]));

        Assert.InRange(rows["**all**"], rows.Where(row => !row.Key.Contains('*', StringComparison.Ordinal)).Sum(row => row.Value) - 7, rows.Where(row => !row.Key.Contains('*', StringComparison.Ordinal)).Sum(row => row.Value) + 7); // each is rounded
    }

    private static Dictionary<string, int> Rows(string table)
        => table.Trim().Split('\n').Skip(2).Select(line => line.Trim('|', ' ').Split(" | ")).ToDictionary(cells => cells[0], cells => int.Parse(cells[^1], NumberStyles.AllowThousands, CultureInfo.InvariantCulture));

    private static string Run(string[] arguments, params (string Name, string Value)[] environment)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The estimate is a shell script.");
        var start = new ProcessStartInfo("sh", [Path.Combine(Repository.Root, "infra", "cost.sh"), .. arguments]) { RedirectStandardOutput = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var printed = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return printed;
    }
}
