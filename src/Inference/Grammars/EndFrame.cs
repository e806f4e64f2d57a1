namespace Understudy.Inference.Grammars;

/// <summary>After the whole text: nothing follows.</summary>
internal sealed record EndFrame : GrammarFrame
{
    public override GrammarFrame? Parent { get; init; }

    public override bool CanEnd => true;

    public override byte[] Rest => [];

    public override bool TryList(List<byte> bytes) => true;

    public override GrammarFrame? Step(byte next) => null;
}
