using System.Globalization;
using Understudy.Inference.Releases;
using Understudy.Inference.Tasks;

namespace Understudy.Cli.Shell;

/// <summary>Says in words what thresholds promise.</summary>
internal static class Promise
{
    /// <summary>Whom the promise of a task's thresholds is about, where that is not who leads; otherwise null.</summary>
    public static string? Against(TaskDefinition task) => task.Lead is { IsRemote: true } lead
        ? $"It is about the release's own lead: '{lead.Name}' at {lead.Endpoint} is not asked when thresholds are chosen, except by a retraining, from its answers."
        : null;

    public static string Describe(Guarantee guarantee, ThresholdReport report)
    {
        var wish = string.Create(CultureInfo.InvariantCulture, $"at most {guarantee.Epsilon:0.##%} of inputs answered worse than by the lead, with confidence {1 - guarantee.Delta:0.##%}");
        if (report.Certified)
        {
            return string.Create(CultureInfo.InvariantCulture, $"Promised: {wish}. On {report.Examples:N0} calibration examples students answer {report.StudentShare:0.0%} and lose {report.Risk:0.00%} (p = {report.PValue:0.####}).");
        }

        var need = report.ExamplesNeeded switch
        {
            0 => "no number of examples would do: the students are worse than was asked. Allow a larger epsilon, or train better students.",
            _ when report.ExamplesNeeded > report.Examples => string.Create(CultureInfo.InvariantCulture, $"about {report.ExamplesNeeded:N0} calibration examples are needed; there are {report.Examples:N0}."),
            _ => string.Create(CultureInfo.InvariantCulture, $"{report.Examples:N0} calibration examples were not enough."),
        };
        return $"Not promised: {wish}. The lead answers everything; {need}";
    }
}
