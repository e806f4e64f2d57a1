namespace Understudy.Inference.Cascades;

/// <summary>The model of a tier: one that gives labels scores, or one that writes. Thread-safe.</summary>
public interface ITierModel : IDisposable
{
    string Name { get; }
}
