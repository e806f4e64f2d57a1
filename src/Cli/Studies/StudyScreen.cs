using System.Globalization;
using Understudy.Cli.Shell;
using Understudy.Training.Studies;

namespace Understudy.Cli.Studies;

/// <summary>Shows how far a study is and about how long it will take yet, and a line for each thing measured.</summary>
internal sealed class StudyScreen(Screen screen) : IProgress<StudyProgress>, IDisposable
{
    private ProgressLine? _line;
    private string? _step;

    public void Report(StudyProgress value)
    {
        if (value.Step != _step)
        {
            _line?.Dispose();
            _step = value.Step;
            _line = screen.Progress(value.Step);
        }

        var left = value.Left is { } time ? Estimate(time) : null;
        if (value.Message.Length > 0)
        {
            _line!.Dispose();
            screen.Note($"{value.Step}: {value.Message}{(left is null ? "" : $" ({left})")}");
        }

        _line!.Report(value.Fraction, left);
    }

    public void Dispose() => _line?.Dispose();

    private static string Estimate(TimeSpan left) => left < TimeSpan.FromMinutes(1)
        ? "under a minute left"
        : string.Create(CultureInfo.InvariantCulture, $"about {Math.Ceiling(left.TotalMinutes):0} min left");
}
