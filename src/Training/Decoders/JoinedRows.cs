namespace Understudy.Training.Decoders;

/// <summary>Requests of two kinds as one.</summary>
internal sealed class JoinedRows(IRequestRows first, IRequestRows second) : IRequestRows
{
    public int Count => first.Count + second.Count;

    public int Length(int request) => request < first.Count ? first.Length(request) : second.Length(request - first.Count);

    public TokenRow Row(int request, Random random) => request < first.Count ? first.Row(request, random) : second.Row(request - first.Count, random);
}
