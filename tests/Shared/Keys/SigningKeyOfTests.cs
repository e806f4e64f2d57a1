using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Understudy.Tests;

/// <summary>Tests, and the processes that they start, sign with a key in the test's own output folder instead of the user's.</summary>
internal static class SigningKeyOfTests
{
    [ModuleInitializer]
    internal static void Use()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "signing-key.pem");
        if (!File.Exists(path))
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            File.WriteAllText(path, key.ExportPkcs8PrivateKeyPem());
        }

        Environment.SetEnvironmentVariable("UNDERSTUDY_SIGNING_KEY", path);
    }
}
