using System.Globalization;
using Understudy.Training.Recipes;
using Understudy.Training.Studies;

namespace Understudy.Cli.Shell;

/// <summary>Shows how far a training run or a study is: a line a step that moves, and a line for each thing reached; of a study, too, about how long it will take yet.</summary>
internal sealed class StepScreen(Screen screen) : IProgress<TrainingProgress>, IProgress<StudyProgress>, IDisposable
{
    private ProgressLine? _line;
    private string? _step;

    public void Report(TrainingProgress value) => Show(value.Step, value.Fraction, value.Message, left: null);

    public void Report(StudyProgress value) => Show(value.Step, value.Fraction, value.Message, value.Left is { } time ? Estimate(time) : null);

    public void Dispose() => _line?.Dispose();

    private void Show(string step, double fraction, string message, string? left)
    {
        if (step != _step)
        {
            _line?.Dispose();
            _step = step;
            _line = screen.Progress(step);
        }

        if (message.Length > 0)
        {
            _line!.Dispose();
            screen.Note($"{step}: {message}{(left is null ? "" : $" ({left})")}");
        }

        _line!.Report(fraction, left);
    }

    private static string Estimate(TimeSpan left) => left < TimeSpan.FromMinutes(1)
        ? "under a minute left"
        : string.Create(CultureInfo.InvariantCulture, $"about {Math.Ceiling(left.TotalMinutes):0} min left");
}
