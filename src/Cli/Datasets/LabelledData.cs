using Understudy.Cli.Shell;
using Understudy.Workflows.Batches;

namespace Understudy.Cli.Datasets;

/// <summary>The records of a file, and its lines that could not be used.</summary>
internal sealed record LabelledData(IReadOnlyList<LabelledRecord> Records, IReadOnlyList<QuarantinedLine> Malformed)
{
    private const int Shown = 10;

    /// <summary>Names the first malformed lines on standard error.</summary>
    public void ReportMalformed(Screen screen, string file)
    {
        foreach (var line in Malformed.Take(Shown))
        {
            screen.Note($"{file}, line {line.Line}: {line.Reason}");
        }

        if (Malformed.Count > Shown)
        {
            screen.Note($"{file}: {Malformed.Count - Shown} more lines cannot be used.");
        }
    }
}
