namespace Understudy.Functions.Tests.StandIns;

/// <summary>One type of the golden text. The Worker's half states nullability, the Durable Task half does not.</summary>
internal sealed class ApiSection(string type, bool isAbstract, bool isSealed, bool statesNullability)
{
    private readonly HashSet<string> _members = new(StringComparer.Ordinal);

    public string Type { get; } = type;

    public bool IsAbstract { get; } = isAbstract;

    public bool IsSealed { get; } = isSealed;

    public bool StatesNullability { get; } = statesNullability;

    public IReadOnlySet<string> Members => _members;

    /// <summary>Reads what follows <c>## </c>, as in <c>sealed class A.B.C : Base   [Assembly]</c>.</summary>
    public static ApiSection Parse(string header)
    {
        var words = header.Split(" : ")[0].Trim().Split(' ');
        return new(words[^1], words.Contains("abstract"), words.Contains("sealed"), header.Contains('['));
    }

    public void Add(string line)
    {
        if (!line.Contains('(') && !line.Contains('{'))
        {
            // An enum's members, all on one line.
            _members.UnionWith(line.Split(", "));
            return;
        }

        _members.Add(line
            .Replace("ctor public (", "public ctor(", StringComparison.Ordinal)
            .Replace("ctor protected (", "protected ctor(", StringComparison.Ordinal)
            .Replace("ABSTRACT", "abstract", StringComparison.Ordinal)
            .Replace(" = ", "=", StringComparison.Ordinal)
            .Replace("Double", "double", StringComparison.Ordinal));
    }
}
