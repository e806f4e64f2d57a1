using System.Globalization;
using Microsoft.DurableTask;

namespace Understudy.Functions.Durable;

/// <summary>The port's versions as Durable Functions keeps them: texts.</summary>
internal static class DurableVersion
{
    /// <summary>An instance without one is older than versions are, so it runs the first code.</summary>
    public static int Read(string? version) => int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : 1;

    public static TaskVersion Write(int version) => new(version.ToString(CultureInfo.InvariantCulture));
}
