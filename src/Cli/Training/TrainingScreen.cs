using Understudy.Cli.Shell;
using Understudy.Training.Recipes;

namespace Understudy.Cli.Training;

/// <summary>Shows how far a training run is: a line a step that moves, and a line for each thing reached.</summary>
internal sealed class TrainingScreen(Screen screen) : IProgress<TrainingProgress>, IDisposable
{
    private ProgressLine? _line;
    private string? _step;

    public void Report(TrainingProgress value)
    {
        if (value.Step != _step)
        {
            _line?.Dispose();
            _step = value.Step;
            _line = screen.Progress(value.Step);
        }

        if (value.Message.Length > 0)
        {
            _line!.Dispose();
            screen.Note($"{value.Step}: {value.Message}");
        }

        _line!.Report(value.Fraction);
    }

    public void Dispose() => _line?.Dispose();
}
