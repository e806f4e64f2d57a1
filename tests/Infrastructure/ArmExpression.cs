namespace Understudy.Infrastructure.Tests;

/// <summary>Takes the expressions of a compiled template apart.</summary>
internal static class ArmExpression
{
    /// <summary>What the object that the first <c>createObject(…)</c> makes has under each name: a literal's text, or an expression in its brackets.</summary>
    public static Dictionary<string, string> Object(string expression)
    {
        const string Call = "createObject(";
        var start = expression.IndexOf(Call, StringComparison.Ordinal);
        Assert.True(start >= 0, $"there is no object in {expression}");
        var arguments = Arguments(expression[(start + Call.Length)..]);
        return Enumerable.Range(0, arguments.Count / 2).ToDictionary(i => Value(arguments[2 * i]), i => Value(arguments[(2 * i) + 1]));
    }

    /// <summary>Up to the parenthesis that ends them.</summary>
    private static List<string> Arguments(string text)
    {
        List<string> arguments = [];
        int depth = 0, from = 0;
        var quoted = false;
        for (var i = 0; depth >= 0; i++)
        {
            quoted ^= text[i] == '\''; // a doubled one changes nothing
            depth += quoted ? 0 : text[i] is '(' or '[' ? 1 : text[i] is ')' or ']' ? -1 : 0;
            if (depth < 0 || (depth == 0 && !quoted && text[i] == ','))
            {
                arguments.Add(text[from..i].Trim());
                from = i + 1;
            }
        }

        return arguments;
    }

    private static string Value(string argument) =>
        argument.StartsWith('\'') ? argument[1..^1].Replace("''", "'", StringComparison.Ordinal) : $"[{argument}]";
}
