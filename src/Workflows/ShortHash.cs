using System.Security.Cryptography;
using System.Text;

namespace Understudy.Workflows;

/// <summary>What tells texts apart in an id: the first 12 bytes of a text's SHA-256, in hex.</summary>
public static class ShortHash
{
    public static string Of(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 12));
}
