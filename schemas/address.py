"""Addresses: the canonical form of a URL, and the identity that follows from it.

RFC 3986 section 6 gives the safe normalisations. What goes beyond it (tracking
parameters, AMP and mobile variants) is what news sites do in practice.
"""

from __future__ import annotations

import posixpath
import re
from urllib.parse import SplitResult, parse_qsl, quote, unquote_to_bytes, urlencode, urlsplit
from uuid import NAMESPACE_URL, UUID, uuid5

#: Query parameters that say where the reader came from, never which page it is.
_TRACKING = re.compile(
    r"""^(?:
        utm_\w+ | mtm_\w+ | pk_\w+ | piwik_\w+ | hsa_\w+ | wt_?\w*mc\w* | at_\w+ | trk_\w+ | __twitter_\w+
      | [a-z]{1,4}clid | gclsrc | dclid | wbraid | gbraid | _ga | _gl | igshid | igsh | mc_[ce]id | mkt_tok
      | _hs(?:enc|mi) | hsctatracking | oly_(?:anon|enc)_id | vero_(?:id|conv) | s_cid | s_kwcid | ns_\w+
      | cmpid | cmp | icid | ito | ocid | ncid | xtor | xts | spm | smid | smtyp | sr_share | sref | ftag
      | fb_(?:action_ids|action_types|source|ref) | ref_?src | ref_?url | referrer | referer | guccounter
      | guce_referrer(?:_sig)? | yclid | soc_src | soc_trk | traffic_source | partner_ref | taid | tblci
      | ref | cid | amp_\w+ | usqp | share(?:d)? | sharetype | _branch_\w+ | __s | wickedid | rss | feed(?:type|name)?
    )$""",
    re.VERBOSE | re.IGNORECASE,
)
_AMP_VALUES = {"", "1", "true", "yes", "amp"}
_DEFAULT_PORTS = {"http": 80, "https": 443}
_UNRESERVED = frozenset(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
)
