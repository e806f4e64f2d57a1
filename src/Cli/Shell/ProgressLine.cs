using System.Globalization;

namespace Understudy.Cli.Shell;

/// <summary>One line on standard error that is redrawn while a piece of work goes on; where there is no terminal, one plain line at its beginning.</summary>
internal sealed class ProgressLine : IDisposable
{
    private const int Cells = 24;

    private readonly Surroundings _surroundings;
    private readonly string _what;
    private int _drawn;
    private int _percent = -1;

    public ProgressLine(Surroundings surroundings, string what)
    {
        _surroundings = surroundings;
        _what = what;
        if (!surroundings.ErrorIsTerminal)
        {
            surroundings.Error.WriteLine($"{what} …");
        }
    }

    /// <param name="fraction">In [0, 1].</param>
    /// <param name="message">What is going on; <see langword="null"/> for nothing in particular.</param>
    public void Report(double fraction, string? message = null)
    {
        var percent = (int)(Math.Clamp(fraction, 0, 1) * 100);
        if (!_surroundings.ErrorIsTerminal || (percent == _percent && message is null))
        {
            return;
        }

        _percent = percent;
        var full = percent * Cells / 100;
        var bar = new string('█', full) + new string('░', Cells - full);
        var line = string.Create(CultureInfo.InvariantCulture, $"{_what} {bar} {percent,3} %{(message is null ? "" : $"  {message}")}");
        _surroundings.Error.Write('\r' + line.PadRight(_drawn));
        _drawn = line.Length;
    }

    public void Dispose()
    {
        if (_drawn > 0)
        {
            _surroundings.Error.Write('\r' + new string(' ', _drawn) + '\r');
        }
    }
}
