using System.ComponentModel.DataAnnotations;

namespace Understudy.LocalHost.Retention;

/// <summary>How long the local host keeps finished runs; section <c>Durable</c>.</summary>
internal sealed class KeepOptions
{
    public const string Section = "Durable";

    /// <summary>Days after its end for which a run can be asked about; 0 for ever.</summary>
    [Range(0, 36_500)]
    public int KeepDays { get; set; } = 30;
}
