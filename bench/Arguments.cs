namespace Understudy.Bench;

/// <summary>The options of a verb: <c>--name value</c> and <c>--json</c>.</summary>
internal sealed class Arguments(string[] args)
{
    public bool Json => args.Contains("--json");

    public int Number(string name, int otherwise) => Text(name) is { } text ? int.Parse(text) : otherwise;

    public string? Text(string name)
    {
        var at = Array.IndexOf(args, name);
        return at >= 0 && at + 1 < args.Length ? args[at + 1] : null;
    }
}
