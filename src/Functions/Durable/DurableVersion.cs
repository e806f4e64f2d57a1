using System.Globalization;
using Microsoft.DurableTask;

namespace Understudy.Functions.Durable;

/// <summary>The port's versions as Durable Functions keeps them: texts such as 8.0, which its host compares as numbers; one such as 8 it would compare as a text, 9 above 10.</summary>
internal static class DurableVersion
{
    /// <summary>An instance without one is older than versions are, so it runs the first code.</summary>
    public static int Read(string? version) => int.TryParse(version?.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : 1;

    public static TaskVersion Write(int version) => new(FormattableString.Invariant($"{version}.0"));
}
